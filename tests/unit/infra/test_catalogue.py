"""How old what the catalogue says may be: as the seats left allow, and a few seconds for whoever wants to order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.registration.conference_view import ConferenceView, SeatType
from domain.registration.seats import SeatQuantity, Seats
from infra.catalogue import LIST_SECONDS, NAME_SECONDS, SALE_SECONDS, CachedCatalogue
from tests.support.vocabulary import CODE, DETAILS, GENERAL, WORKSHOP

ONE: Seats = (SeatQuantity(seat_type=GENERAL, quantity=1),)


class Table:
    """The one of conferences. What happens while it is being read happens in `meanwhile`."""

    def __init__(self) -> None:
        self.conferences: list[ConferenceView] = []
        self.reads = 0
        self.meanwhile: Callable[[], None] | None = None

    async def list(self, _view: object, _partition: str) -> tuple[list[ConferenceView], None]:
        listed = list(self.conferences)
        self._read()
        return listed, None

    async def get_listed(self, _view: object, _partition: str, row: str) -> ConferenceView | None:
        found = next((each for each in self.conferences if each.code.lower() == row), None)
        self._read()
        return found

    def _read(self) -> None:
        self.reads += 1
        if self.meanwhile:
            self.meanwhile()


class Public:
    """Reads at a time that a test sets."""

    def __init__(self, table: Table) -> None:
        self.time = 1000.0
        self._table = table
        reader: Any = table
        self.catalogue = CachedCatalogue(reader, clock=lambda: self.time)

    async def codes(self) -> list[str]:
        return [conference.code for conference in await self.catalogue.conferences()]

    async def reads_again_after(self, seconds: float, seats: Seats = ()) -> bool:
        """Whether a reading is made anew, `seconds` after the last one."""
        self.time += seconds
        before = self._table.reads
        await self.catalogue.conference(CODE, seats=seats)
        return self._table.reads > before


def conference(code: str = CODE, *, is_published: bool = True, **left: int) -> ConferenceView:
    kinds: dict[str, UUID] = {"general": GENERAL, "workshop": WORKSHOP}
    return ConferenceView(
        conference_id=uuid4(),
        code=code,
        details=DETAILS,
        is_published=is_published,
        seat_types=tuple(SeatType(id=kinds[kind], name=kind, description="", price=0, quantity=1000) for kind in left),
        remaining={kinds[kind]: quantity for kind, quantity in left.items()},
    )


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def public(table: Table) -> Public:
    return Public(table)


# A conference


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        ({"general": 201, "workshop": 1000}, 300),
        ({"general": 0, "workshop": 0}, 300),
        ({"general": 200, "workshop": 201}, 60),
        ({"general": 100, "workshop": 201}, 60),
        ({"general": 99, "workshop": 201}, 20),
        ({"general": 30, "workshop": 201}, 20),
    ],
)
async def test_the_fewer_seats_are_left_the_sooner_a_conference_is_read_again(
    table: Table, public: Public, left: dict[str, int], seconds: float
) -> None:
    table.conferences = [conference(**left)]
    assert await public.reads_again_after(0)
    assert not await public.reads_again_after(seconds - 1)
    assert await public.reads_again_after(1)


@pytest.mark.parametrize(
    "unsettled",
    [
        conference(general=29, workshop=500),
        conference(general=0, workshop=500),
        conference(is_published=False, general=500),
        conference(),
        replace(conference(general=500), remaining={}),
    ],
    ids=["the last seats", "one kind sold out", "not published", "no seats yet", "seats not counted yet"],
)
async def test_what_may_change_at_any_moment_is_read_every_time(
    table: Table, public: Public, unsettled: ConferenceView
) -> None:
    table.conferences = [unsettled]
    assert await public.reads_again_after(0)
    assert await public.reads_again_after(0)


async def test_whoever_wants_to_order_gets_what_is_seconds_old_at_most(table: Table, public: Public) -> None:
    table.conferences = [conference(general=500)]
    assert await public.reads_again_after(0, ONE)
    assert not await public.reads_again_after(SALE_SECONDS - 0.1, ONE)
    assert await public.reads_again_after(0.1, ONE)


async def test_a_crowd_is_told_the_same_of_the_seats_however_slowly_it_comes(table: Table, public: Public) -> None:
    read_first = conference(general=150, workshop=150)
    table.conferences = [read_first]
    await public.catalogue.conference(CODE, seats=ONE)
    table.conferences = [replace(read_first, remaining={GENERAL: 0, WORKSHOP: 0})]
    for _ in range(int(60 // SALE_SECONDS) - 1):
        assert await public.reads_again_after(SALE_SECONDS, ONE)
        told = await public.catalogue.conference(CODE, seats=ONE)
        assert told is not None
        assert told.available(GENERAL) == 150
    public.time += SALE_SECONDS
    told = await public.catalogue.conference(CODE, seats=ONE)
    assert told is not None
    assert told.available(GENERAL) == 0


async def test_a_kind_of_seats_that_is_new_meanwhile_can_be_ordered(table: Table, public: Public) -> None:
    table.conferences = [conference(general=150)]
    await public.catalogue.conference(CODE, seats=ONE)
    table.conferences = [conference(general=100, workshop=90)]
    public.time += SALE_SECONDS
    told = await public.catalogue.conference(CODE, seats=ONE)
    assert told is not None
    assert (told.available(GENERAL), told.available(WORKSHOP)) == (150, 90)


async def test_a_conference_that_another_process_heard_is_published_no_more_takes_no_orders_seconds_later(
    table: Table, public: Public
) -> None:
    table.conferences = [conference(general=500)]
    assert await public.catalogue.conference(CODE, seats=ONE)
    table.conferences = [conference(general=500, is_published=False)]
    public.time += SALE_SECONDS
    assert await public.catalogue.conference(CODE, seats=ONE) is None


async def test_an_order_that_would_take_the_last_seats_reads_afresh(table: Table, public: Public) -> None:
    table.conferences = [conference(general=201)]
    await public.catalogue.conference(CODE)
    assert not await public.reads_again_after(0, (SeatQuantity(seat_type=GENERAL, quantity=200),))
    assert await public.reads_again_after(0, (SeatQuantity(seat_type=GENERAL, quantity=201),))


async def test_what_this_process_hears_of_a_conference_is_seen_at_once_and_others_are_left_alone(
    table: Table, public: Public
) -> None:
    changed, other = conference(general=500), conference("other", general=500)
    table.conferences = [changed, other]
    for code in (CODE, "other"):
        await public.catalogue.conference(code)
    public.catalogue.forget(other.conference_id)
    assert not await public.reads_again_after(0)
    public.catalogue.forget(changed.conference_id)
    assert await public.reads_again_after(0)


async def test_a_reading_that_was_outdated_before_it_was_there_is_not_kept(table: Table, public: Public) -> None:
    outdated = conference(general=500)
    table.conferences = [outdated]
    table.meanwhile = lambda: public.catalogue.forget(outdated.conference_id)
    await public.catalogue.conference(CODE)
    table.meanwhile = None
    assert await public.reads_again_after(0)


@pytest.mark.parametrize("code", ["", "a b", "ä", "a" * 65, "a/b"])
async def test_what_cannot_be_a_code_is_not_looked_for(table: Table, public: Public, code: str) -> None:
    assert await public.catalogue.conference(code) is None
    assert await public.catalogue.name(code) is None
    assert table.reads == 0


async def test_a_conference_has_its_name_published_or_not_and_whatever_is_left(table: Table, public: Public) -> None:
    table.conferences = [conference(is_published=False)]
    for seconds in (0, NAME_SECONDS - 1):
        public.time += seconds
        assert await public.catalogue.name(CODE.upper()) == DETAILS.name
    assert table.reads == 1
    public.time += 1
    table.conferences = []
    assert await public.catalogue.name(CODE) is None


# The list


async def test_the_published_ones_are_listed_soonest_first(table: Table, public: Public) -> None:
    later = replace(DETAILS, start_date=DETAILS.end_date)
    table.conferences = [
        replace(conference("b-later"), details=later),
        conference("hidden", is_published=False),
        conference("c"),
        conference("a"),
    ]
    assert await public.codes() == ["a", "c", "b-later"]


async def test_everybody_who_asks_within_some_seconds_is_answered_from_one_reading(
    table: Table, public: Public
) -> None:
    for _ in range(100):
        assert await public.codes() == []
    assert table.reads == 1


async def test_what_another_process_heard_of_is_listed_some_seconds_later(table: Table, public: Public) -> None:
    await public.codes()
    table.conferences = [conference("new")]
    public.time += LIST_SECONDS - 0.1
    assert await public.codes() == []
    public.time += 0.1
    assert await public.codes() == ["new"]


async def test_what_this_process_hears_of_is_listed_at_once(table: Table, public: Public) -> None:
    await public.codes()
    table.conferences = [conference("new")]
    public.catalogue.forget(table.conferences[0].conference_id)  # seats are not in the list
    assert await public.codes() == []
    public.catalogue.forget_list()
    assert await public.codes() == ["new"]


async def test_a_list_that_was_outdated_before_it_was_there_is_not_kept(table: Table, public: Public) -> None:
    def somebody_publishes_one() -> None:
        table.conferences = [conference("new")]
        public.catalogue.forget_list()

    table.meanwhile = somebody_publishes_one
    assert await public.codes() == []
    table.meanwhile = None
    assert await public.codes() == ["new"]
