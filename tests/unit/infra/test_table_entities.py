"""What fits into table storage, and how."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.table_entities import checked_key, is_key, joined_text, safe_key, split_text
from infra.table_pages import page_token, parse_page_token

LONG = st.builds(lambda unit, times: unit * times, st.text(min_size=1, max_size=7), st.integers(0, 20_000))


@given(LONG)
def test_a_text_is_the_same_after_being_split_and_joined(text):
    assert joined_text("document", split_text("document", text)) == text


@given(LONG)
def test_no_property_exceeds_64_kib_of_utf_16(text):
    assert all(len(part.encode("utf-16-le")) <= 64 * 1024 for part in split_text("document", text).values())


def test_a_text_up_to_a_property_is_not_split():
    assert list(split_text("document", "x" * 30_000)) == ["document"]
    assert list(split_text("document", "x" * 30_001)) == ["document", "document1"]


@pytest.mark.parametrize("text", ["x" * 500_001, "\N{GRINNING FACE}" * 250_001])
def test_a_text_that_no_entity_holds_is_refused_with_its_size(text):
    with pytest.raises(ValueError, match=r"document takes 1,000,00\d bytes"):
        split_text("document", text)


@pytest.mark.parametrize("key", ["a/b", "a\\b", "a#b", "a?b", "a\nb", "a\x7fb", "x" * 513])
def test_a_key_that_table_storage_refuses_is_refused(key):
    assert not is_key(key)
    with pytest.raises(ValueError, match="cannot be a key"):
        checked_key(key)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_made_a_key_and_different_texts_stay_different(one, other):
    assert is_key(safe_key(one))
    assert (safe_key(one) == safe_key(other)) == (one == other)


def test_a_message_id_of_an_event_stays_as_it_is():
    assert safe_key("order-0d000000:12") == "order-0d000000:12"


@given(st.text(), st.text())
def test_a_page_token_leads_back_to_its_place(partition, row):
    place = {"PartitionKey": partition, "RowKey": row}
    assert parse_page_token(page_token(place)) == place


def test_a_last_page_has_no_token():
    assert page_token({}) is None
    assert page_token(None) is None
    assert parse_page_token(None) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 8, "bnVsbA==", "\N{GRINNING FACE}"])
def test_a_token_that_was_never_given_is_refused(token):
    with pytest.raises(ValueError, match="not where a listing goes on"):
        parse_page_token(token)
