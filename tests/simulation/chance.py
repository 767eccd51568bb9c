"""What happens by chance: a seed decides everything, each thing by its name.

A decision hangs on the seed and on the name of what is decided, and on nothing that happened before. So an incident, or
an order, can be left out, and all the others stay as they were: that is how a failure is made small.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol, TypeVar

T = TypeVar("T")

_PARTS = 2**32


class Chance(Protocol):
    """Whoever decides. Names are unique in a run, and the same when it is run again."""

    happened: list[str]
    """The incidents there were, in order: what a run could do without."""

    def happens(self, incident: str, rate: float) -> bool:
        """Whether this incident happens, which is as likely as `rate`."""

    def which(self, name: str, rates: Mapping[str, float]) -> str | None:
        """Which of several incidents happens here, if any: `{name}: {incident}`. At most one does."""

    def one_of(self, name: str, options: Sequence[T]) -> T:
        """One of `options`, all alike."""

    def between(self, name: str, low: float, high: float) -> float:
        """A number of at least `low` and below `high`."""


class SeededChance:
    """By a seed. `only` names the incidents that may happen at all; None: any."""

    def __init__(self, seed: int, only: Collection[str] | None = None) -> None:
        self.happened: list[str] = []
        self._key = seed.to_bytes(16, "little")
        self._only = None if only is None else frozenset(only)

    def happens(self, incident: str, rate: float) -> bool:
        return self._fraction(incident) < rate and self._may_happen(incident)

    def which(self, name: str, rates: Mapping[str, float]) -> str | None:
        fraction = self._fraction(name)
        for incident, rate in rates.items():
            if fraction < rate:
                return incident if self._may_happen(f"{name}: {incident}") else None
            fraction -= rate
        return None

    def one_of(self, name: str, options: Sequence[T]) -> T:
        return options[int(self._fraction(name) * len(options))]

    def between(self, name: str, low: float, high: float) -> float:
        return low + (high - low) * self._fraction(name)

    def _may_happen(self, incident: str) -> bool:
        if self._only is not None and incident not in self._only:
            return False
        self.happened.append(incident)
        return True

    def _fraction(self, name: str) -> float:
        digest = blake2b(name.encode(), digest_size=4, key=self._key).digest()
        return int.from_bytes(digest, "little") / _PARTS
