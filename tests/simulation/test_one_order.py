"""One order, exhaustively: see `exhaustive`. Every case of every story is `python -m tests.simulation --exhaustive`.

Here: each thing that can happen, alone; one in CRASH_AND_DUPLICATE of the pairs of a crash and a duplicate; and one in
DISORDER_AND_ANOTHER of the pairs of a disorder and either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import pytest

from domain.registration.order import ORDER
from tests.simulation.exhaustive import STORIES, Case, Possibilities, Story, possibilities, tell
from tests.simulation.promises import order_id_of
from tests.simulation.script import readable

CRASH_AND_DUPLICATE = 16
DISORDER_AND_ANOTHER = 200

pytestmark = pytest.mark.timeout(900)  # the machine may be busy with other tests


@pytest.fixture(autouse=True)
def in_silence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")


def everything_holds(story: Story, cases: Iterable[Case]) -> None:
    told = 0
    for case in cases:
        told += 1
        if tell(story, case).violation is not None:
            script: list[str] = []
            violation = tell(story, case, script=script).violation
            pytest.fail(readable("\n".join([f"{violation}", f"when {case}", "", *script]), [1]), pytrace=False)
    assert told > 100


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
        everything_holds(self.story, alone(possibilities(self.story)))

    def test_a_worker_dies_and_a_message_comes_twice(self) -> None:
        pairs = crash_and_duplicate(possibilities(self.story))
        everything_holds(self.story, islice(pairs, 0, None, CRASH_AND_DUPLICATE))

    def test_messages_come_in_another_order_and_something_else_goes_wrong(self) -> None:
        pairs = disorder_and_another(possibilities(self.story))
        everything_holds(self.story, islice(pairs, 0, None, DISORDER_AND_ANOTHER))


class TestShePays(ExhaustiveStory):
    story = STORIES[0]


class TestSheHasNothingToPay(ExhaustiveStory):
    story = STORIES[1]


class TestSheNeverPays(ExhaustiveStory):
    story = STORIES[2]


class TestHerPaymentIsHeardOfTooLate(ExhaustiveStory):
    story = STORIES[3]
