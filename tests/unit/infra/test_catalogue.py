"""The list of conferences is read seldom, whoever asks for it how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.registration.conference_view import ConferenceView
from infra.catalogue import LIST_SECONDS, CachedCatalogue
from tests.support.vocabulary import DETAILS


class Table:
    """The one of conferences. What happens while it is being read happens in `meanwhile`."""

    def __init__(self) -> None:
        self.conferences: list[ConferenceView] = []
        self.reads = 0
        self.meanwhile: Callable[[], None] | None = None

    async def list(self, _view: object, _partition: str) -> tuple[list[ConferenceView], None]:
        self.reads += 1
        listed = list(self.conferences)
        if self.meanwhile:
            self.meanwhile()
        return listed, None


class Public:
    """Reads the list at a time that a test sets."""

    def __init__(self, table: Table) -> None:
        self.time = 1000.0
        reader: Any = table
        self.catalogue = CachedCatalogue(reader, clock=lambda: self.time)

    async def codes(self) -> list[str]:
        return [conference.code for conference in await self.catalogue.conferences()]


def conference(code: str, *, is_published: bool = True) -> ConferenceView:
    return ConferenceView(conference_id=uuid4(), code=code, details=DETAILS, is_published=is_published)


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def public(table: Table) -> Public:
    return Public(table)


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


async def test_what_another_process_heard_of_is_seen_some_seconds_later(table: Table, public: Public) -> None:
    await public.codes()
    table.conferences = [conference("new")]
    public.time += LIST_SECONDS - 0.1
    assert await public.codes() == []
    public.time += 0.1
    assert await public.codes() == ["new"]


async def test_what_this_process_hears_of_is_seen_at_once(table: Table, public: Public) -> None:
    await public.codes()
    table.conferences = [conference("new")]
    public.catalogue.forget()
    assert await public.codes() == ["new"]


async def test_a_reading_that_was_outdated_before_it_was_there_is_not_kept(table: Table, public: Public) -> None:
    def somebody_publishes_one() -> None:
        table.conferences = [conference("new")]
        public.catalogue.forget()

    table.meanwhile = somebody_publishes_one
    assert await public.codes() == []
    table.meanwhile = None
    assert await public.codes() == ["new"]
