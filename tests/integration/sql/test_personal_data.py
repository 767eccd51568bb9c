"""What people are called, sealed under keys in a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from domain.kernel.errors import NotPossible
from domain.registration.managed_orders import ManagedOrder
from domain.registration.order import OrderState
from domain.registration.order_views import AssignmentsView, OrderView, SeatView
from domain.registration.personal_info import PersonalInfo
from infra.personal_data import REMEMBER_SECONDS, PersonalDataVault
from infra.sql.database import Database
from infra.sql.personal_data_keys import SqlPersonalDataKeys
from tests.contract.personal_data_keys_contract import PersonalDataKeysContract
from tests.support.vocabulary import ACCESS_CODE, CODE, CONFERENCE, GENERAL, JANE, JOHN, NOW, ORDER_ID

OTHER_ORDER = uuid4()


class Ticks:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def another_worker(open_database: Callable[[], Database], ticks: Ticks) -> Callable[[], PersonalDataVault]:
    return lambda: PersonalDataVault(SqlPersonalDataKeys(open_database()), ticks=ticks)


@pytest.fixture
def vault(another_worker: Callable[[], PersonalDataVault]) -> PersonalDataVault:
    return another_worker()


def order(registrant: PersonalInfo | None) -> OrderView:
    return OrderView(
        order_id=ORDER_ID, conference_id=CONFERENCE, conference_code=CODE, access_code=ACCESS_CODE,
        state=OrderState.CONFIRMED, version=1, reservation_expires_at=None, registrant=registrant,
    )  # fmt: skip


def seat(attendee: PersonalInfo | None) -> SeatView:
    return SeatView(position=0, seat_type=GENERAL, seat_name="General admission", attendee=attendee)


def files_with(text: str, folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]


@pytest.mark.parametrize("name", ["Jane", "Zoë 🎉", "sealed:", "a:b", "x" * 100])
async def test_what_was_sealed_is_opened_as_it_was(vault: PersonalDataVault, name: str) -> None:
    info = PersonalInfo(first_name=name, last_name=name, email="Jane.Doe@Example.com")
    assert (await vault.opened(order(await vault.seal(ORDER_ID, info)))).registrant == info


async def test_nothing_of_it_can_be_read(vault: PersonalDataVault) -> None:
    sealed = await vault.seal(ORDER_ID, JANE)
    assert not any(plain.lower() in str(sealed).lower() for plain in (JANE.first_name, JANE.last_name, JANE.email))


async def test_seals_of_an_order_are_equal_where_the_texts_are(
    vault: PersonalDataVault, another_worker: Callable[[], PersonalDataVault]
) -> None:
    assert await vault.seal(ORDER_ID, JANE) == await another_worker().seal(ORDER_ID, JANE)
    assert await vault.seal(ORDER_ID, JANE) != await vault.seal(ORDER_ID, JOHN)
    assert await vault.seal(ORDER_ID, JANE) != await vault.seal(OTHER_ORDER, JANE)


async def test_an_address_is_the_same_in_any_letter_case(vault: PersonalDataVault) -> None:
    shouted = PersonalInfo(first_name="J", last_name="D", email=JANE.email.upper())
    one, other = await vault.seal(ORDER_ID, JANE), await vault.seal(ORDER_ID, shouted)
    assert one.has_email_of(other)
    assert not one.has_email_of(await vault.seal(ORDER_ID, JOHN))


async def test_workers_that_seal_at_the_same_time_draw_one_key(
    another_worker: Callable[[], PersonalDataVault],
) -> None:
    seals = await asyncio.gather(*(another_worker().seal(ORDER_ID, JANE) for _ in range(5)))
    assert all(each == seals[0] for each in seals)


async def test_seats_and_managed_orders_are_opened_too(vault: PersonalDataVault) -> None:
    sealed = await vault.seal(ORDER_ID, JANE)
    view = AssignmentsView(assignments_id=uuid4(), order_id=ORDER_ID, seats=(seat(sealed), seat(None)))
    assert [each.attendee for each in (await vault.opened(view)).seats] == [JANE, None]
    managed = [
        ManagedOrder(
            order_id=order_id, conference_id=CONFERENCE, placed_at=NOW, access_code=ACCESS_CODE,
            registrant=await vault.seal(order_id, JOHN), seats=(seat(await vault.seal(order_id, JANE)),),
        )
        for order_id in (ORDER_ID, OTHER_ORDER)
    ]  # fmt: skip
    for opened in await vault.all_opened(managed):
        assert (opened.registrant, opened.seats[0].attendee) == (JOHN, JANE)


async def test_whose_key_was_destroyed_is_nobody(vault: PersonalDataVault) -> None:
    sealed = await vault.seal(ORDER_ID, JANE)
    for _ in range(2):
        await vault.destroy_key(ORDER_ID)
    assert (await vault.opened(order(sealed))).registrant is None


async def test_another_worker_reads_on_for_a_minute_at_most(
    vault: PersonalDataVault, another_worker: Callable[[], PersonalDataVault], ticks: Ticks
) -> None:
    sealed, other = await vault.seal(ORDER_ID, JANE), another_worker()
    assert (await other.opened(order(sealed))).registrant == JANE
    await vault.destroy_key(ORDER_ID)
    ticks.seconds += REMEMBER_SECONDS
    assert (await other.opened(order(sealed))).registrant is None


async def test_nothing_more_is_sealed_for_an_order_whose_key_was_destroyed(
    vault: PersonalDataVault, another_worker: Callable[[], PersonalDataVault]
) -> None:
    await vault.seal(ORDER_ID, JANE)
    for order_id in (ORDER_ID, OTHER_ORDER):  # the other one never had a key
        await vault.destroy_key(order_id)
        for each in (vault, another_worker()):
            with pytest.raises(NotPossible) as refusal:
                await each.seal(order_id, JANE)
            assert refusal.value.reason == "registrant-forgotten"


async def test_a_destroyed_key_is_nowhere_in_the_files(database: Database, tmp_path: Path) -> None:
    keys, key = SqlPersonalDataKeys(database), "k3y" * 29
    await keys.keep(ORDER_ID, key)
    assert files_with(key, tmp_path)
    await keys.destroy(ORDER_ID, NOW)
    assert files_with(key, tmp_path) == []


class TestSqlPersonalDataKeys(PersonalDataKeysContract):
    @pytest.fixture
    def keys(self, database: Database) -> SqlPersonalDataKeys:
        return SqlPersonalDataKeys(database)
