"""Who is who: somebody is reached at her address, in clear or sealed."""

from dataclasses import replace

import pytest

from domain.registration.personal_info import SEALED, PersonalInfo
from tests.support.seals import sealed
from tests.support.vocabulary import JANE, JOHN


@pytest.mark.parametrize("seen", [lambda info: info, sealed], ids=["in clear", "sealed"])
def test_an_address_is_the_same_in_any_letter_case_and_whatever_the_name(seen) -> None:
    jane = seen(JANE)
    for same in (JANE, replace(JANE, email="JANE@Example.com"), replace(JANE, first_name="Janet", last_name="Roe")):
        assert jane.has_email_of(seen(same))
    for other in (JOHN, replace(JANE, email="jane@elsewhere.example.com")):
        assert not jane.has_email_of(seen(other))


def test_sealed_addresses_are_compared_to_the_letter_and_how_they_were_typed_does_not_count() -> None:
    def opaque(address: str, typed: str) -> PersonalInfo:
        return replace(JANE, email=f"{SEALED}{address}:{typed}")

    assert opaque("Q2lwaGVy", "VHlwZWQ").has_email_of(opaque("Q2lwaGVy", "QW5ldw"))
    assert not opaque("Q2lwaGVy", "VHlwZWQ").has_email_of(opaque("q2lwAgvY", "VHlwZWQ"))
