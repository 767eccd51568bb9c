"""One order, exhaustively: see `exhaustive`. Every case of every story is `python -m tests.simulation --exhaustive`.

Here: each thing that can happen, alone; one in CRASH_AND_DUPLICATE of the pairs of a crash and a duplicate; and one in
DISORDER_AND_ANOTHER of the pairs of a disorder and either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import gcd

import pytest

from domain.registration.order import ORDER
from tests.simulation.exhaustive import STORIES, Case, Possibilities, Story, possibilities, tell
from tests.simulation.promises import order_id_of
from tests.simulation.script import readable

CRASH_AND_DUPLICATE = 31
DISORDER_AND_ANOTHER = 89

pytestmark = [pytest.mark.takes_long, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def in_silence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")


def everything_holds(story: Story, cases: Sequence[Case]) -> None:
    assert len(cases) > 100
    for case in cases:
        if tell(story, case).violation is not None:
            script: list[str] = []
            violation = tell(story, case, script=script).violation
            pytest.fail(readable("\n".join([f"{violation}", f"when {case}", "", *script]), [1]), pytrace=False)


def alone(possible: Possibilities) -> Iterator[Case]:
    """One thing happens."""
    yield from (Case(crash=crash) for crash in possible.crashes)
    yield from (Case(duplicate=duplicate) for duplicate in possible.duplicates)
    yield from (Case(window=window) for window in possible.windows)


def crash_and_duplicate(possible: Possibilities) -> Iterator[Case]:
    """Every one of them with every other."""
    yield from (Case(crash=crash, duplicate=again) for crash in possible.crashes for again in possible.duplicates)


def disorder_and_another(possible: Possibilities) -> Iterator[Case]:
    """A disorder with a crash or with a duplicate."""
    yield from (Case(crash=crash, window=window) for crash in possible.crashes for window in possible.windows)
    yield from (Case(duplicate=again, window=window) for again in possible.duplicates for window in possible.windows)


def part_of(cases: Iterable[Case], every: int, possible: Possibilities) -> list[Case]:
    """One of so many, or of a few less: out of step with what it is a part of, it has each thing that can happen."""
    while gcd(every, len(possible.duplicates)) > 1 or gcd(every, len(possible.windows)) > 1:
        every -= 1
    return list(islice(cases, 0, None, every))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_without_incidents_ends_as_it_should(story: Story) -> None:
    told = tell(story, Case())
    assert told.violation is None
    events = tuple(told.world.events.events(ORDER.stream_id(order_id_of(1))))
    assert ORDER.fold(ORDER.initial, events).state is story.ends


class ExhaustiveStory:
    """What a test class of one story inherits."""

    story: Story

    def test_one_thing_goes_wrong(self) -> None:
        everything_holds(self.story, list(alone(possibilities(self.story))))

    def test_a_worker_dies_and_a_message_comes_twice(self) -> None:
        possible = possibilities(self.story)
        cases = part_of(crash_and_duplicate(possible), CRASH_AND_DUPLICATE, possible)
        assert {case.crash for case in cases} == set(possible.crashes)
        assert {case.duplicate for case in cases} == set(possible.duplicates)
        everything_holds(self.story, cases)

    def test_messages_come_in_another_order_and_something_else_goes_wrong(self) -> None:
        possible = possibilities(self.story)
        cases = part_of(disorder_and_another(possible), DISORDER_AND_ANOTHER, possible)
        assert {case.duplicate for case in cases} == set(possible.duplicates)
        assert {case.window for case in cases} == set(possible.windows)
        everything_holds(self.story, cases)


class TestShePays(ExhaustiveStory):
    story = STORIES[0]


class TestSheHasNothingToPay(ExhaustiveStory):
    story = STORIES[1]


class TestSheNeverPays(ExhaustiveStory):
    story = STORIES[2]


class TestHerPaymentIsHeardOfTooLate(ExhaustiveStory):
    story = STORIES[3]
