"""Message sequence numbers in order, with removals that cost nothing at once.

A queue's messages leave in any order, so both structures keep numbers that are gone and skip them when met; they are
rebuilt when the gone outnumber the rest. Each operation therefore costs the same, amortised, however long the queue.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterator

_FEWEST_TO_REBUILD = 64


class SequenceIndex:
    """The messages of a queue or session in ascending order, to be read from any number on."""

    __slots__ = ("_gone", "_numbers")

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self._numbers) - len(self._gone)

    def append(self, number: int) -> None:
        """Add `number`, which must be higher than all before."""
        self._numbers.append(number)

    def discard(self, number: int) -> None:
        """Remove `number`, which must be in the index."""
        if self._numbers[-1] == number:
            self._numbers.pop()
            return
        self._gone.add(number)
        if len(self._gone) > _FEWEST_TO_REBUILD + len(self._numbers) // 8:
            gone = self._gone
            self._numbers = [each for each in self._numbers if each not in gone]
            self._gone = set()

    def starting_at(self, number: int) -> Iterator[int]:
        """The numbers from `number` on. The index must not change meanwhile."""
        numbers = self._numbers
        for position in range(bisect_left(numbers, number), len(numbers)):
            if numbers[position] not in self._gone:
                yield numbers[position]


class Agenda:
    """What falls due at some time, earliest first. Each entry is checked when it is due, and may hold no more."""

    __slots__ = ("_entries", "_still_holds")

    def __init__(self, still_holds: Callable[[int, int], bool]) -> None:
        """`still_holds(when, number)` says whether an entry still means anything."""
        self._entries: list[tuple[int, int]] = []
        self._still_holds = still_holds

    def add(self, when: int, number: int, live_count: int) -> None:
        """Note `number` for `when`. `live_count` bounds how many entries can still hold, to know when to rebuild."""
        heapq.heappush(self._entries, (when, number))
        if len(self._entries) > _FEWEST_TO_REBUILD + 2 * live_count:
            self._entries = [entry for entry in self._entries if self._still_holds(*entry)]
            heapq.heapify(self._entries)

    def take_due(self, now: int) -> Iterator[int]:
        """Remove and yield what is due."""
        while self._entries and self._entries[0][0] <= now:
            when, number = heapq.heappop(self._entries)
            if self._still_holds(when, number):
                yield number

    @property
    def next_due(self) -> int | None:
        return self._entries[0][0] if self._entries else None
