"""Ordered sequence numbers with cheap removals, against the plain structures they stand for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local.servicebus.sequences import Agenda, SequenceIndex


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10_000)), max_size=400))
def test_an_index_is_a_sorted_list_that_forgets(steps: list[tuple[bool, int]]) -> None:
    index, model, last = SequenceIndex(), list[int](), 0
    for adds, choice in steps:
        if adds or not model:
            last += 1 + choice % 3
            index.append(last)
            model.append(last)
        else:
            index.discard(model.pop(choice % len(model)))
        assert len(index) == len(model)
        start = choice % (last + 2)
        assert list(index.starting_at(start)) == [number for number in model if number >= start]


def test_an_index_does_not_grow_with_what_is_gone() -> None:
    index = SequenceIndex()
    index.append(1)
    for number in range(2, 10_000):
        index.append(number)
        index.append(number + 0.5)  # type: ignore[arg-type]
        index.discard(number)
        index.discard(number + 0.5)  # type: ignore[arg-type]
    assert list(index.starting_at(0)) == [1]
    assert len(index._numbers) < 1_000


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=300), st.integers(0, 50))
def test_an_agenda_yields_what_is_due_and_still_holds(entries: list[tuple[int, bool]], now: int) -> None:
    live = {number: when for number, (when, holds) in enumerate(entries) if holds}
    agenda = Agenda(lambda when, number: live.get(number) == when)
    for number, (when, _) in enumerate(entries):
        agenda.add(when, number, len(live))
    due = list(agenda.take_due(now))
    assert sorted(due) == [number for number, when in live.items() if when <= now]
    assert [live[number] for number in due] == sorted(live[number] for number in due)
