"""What a run of chaos is to be: how many orders, which troubles, and when each of them comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

LOCK_SECONDS = 60.0
"""How long the bus leaves a message to whoever took it; infra/servicebus.json says PT1M everywhere."""
LONG_PAUSE_SECONDS = (LOCK_SECONDS + 3, LOCK_SECONDS + 12)
SHORT_PAUSE_SECONDS = (0.2, 3.0)
RESERVATION_SECONDS = 30
"""Short, as a run ends only when every order has; long enough for most to be paid in spite of all."""
COMPONENTS = ("functions", "servicebus", "cosmos", "storage")
"""What can be killed and paused."""
WORKERS = 2
PROCESSES = ("functions",) * WORKERS + ("servicebus", "cosmos", "storage")
LARGEST_BLOW = 5
"""So many processes at most are killed at a time."""
ORDERS_OF_A_ROUND = 1_000
"""Azurite keeps all tables in one file and writes it anew every few seconds; with more in it, it does little else."""
OUTAGES = ("servicebus", "cosmos", "storage", "sql")
"""What can be stopped for a while. SQL is a file here, which somebody else can lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that happens to a component once `share` of all orders are placed; `seconds` is how long it lasts."""

    share: float
    component: str
    seconds: float = 0.0


class Kill(Trouble):
    """Its process is killed, and started again by the supervisor."""


class Pause(Trouble):
    """Its process does nothing for a while, and then goes on as if nothing had happened."""


class Outage(Trouble):
    """It is not there for a while: nobody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run. A seed gives the same troubles and wishes each time; what comes of them is up to the machine."""

    orders: int
    seed: int
    kills: int = 0
    long_pauses: int = 0
    outages: tuple[str, ...] = ()
    outage_seconds: float = 0.0
    kills_storage: bool = False
    """Kill Azurite too, which then loses seconds of what it acknowledged; else it is stopped in order."""
    at_once: int = 60
    """Registrants at the same time."""
    throttled_percent: int = 10
    unavailable_percent: int = 1
    """How much of what Cosmos is asked it answers with 429 and 503."""
    seconds_between_cuts: float = 5.0
    """How often the lines to bus and tables break."""
    reservation_seconds: int = RESERVATION_SECONDS
    grace_seconds: int = 5

    @property
    def longest_wait(self) -> float:
        """For how many seconds nobody may get an answer: one outage may follow another at once, as may a few pauses."""
        return self.outage_seconds * len(self.outages) + (2 * LONG_PAUSE_SECONDS[1] if self.long_pauses else 0.0)

    def rounds(self) -> list[Plan]:
        """The same in parts, each with a seed of its own."""
        count = -(-self.orders // ORDERS_OF_A_ROUND)
        return [
            replace(
                self,
                orders=_share(self.orders, number, count),
                kills=_share(self.kills, number, count),
                long_pauses=_share(self.long_pauses, number, count),
                seed=self.seed + number,
            )
            for number in range(count)
        ]

    def troubles(self) -> list[Trouble]:
        """All that is going to happen, in order."""
        draw = Random(f"{self.seed} troubles")
        found: list[Trouble] = [*self._kills(draw)]
        for seconds, count in ((SHORT_PAUSE_SECONDS, self.kills // 10), (LONG_PAUSE_SECONDS, self.long_pauses)):
            found += [
                Pause(share=draw.random() * 0.9, component=draw.choice(COMPONENTS), seconds=draw.uniform(*seconds))
                for _ in range(count)
            ]
        found += [
            Outage(share=(number + 0.5) / len(self.outages), component=component, seconds=self.outage_seconds)
            for number, component in enumerate(self.outages)
        ]
        return sorted(found, key=lambda trouble: trouble.share)

    def _kills(self, draw: Random) -> Iterator[Kill]:
        """Blow by blow, each to several processes at once, which find nobody to turn to.

        The last one is the bus's: so its locks are gone, and nobody has to wait a minute for those of the dead.
        """
        done = 0
        while done < self.kills - 1:
            victims = draw.sample(PROCESSES, min(draw.randint(1, LARGEST_BLOW), self.kills - 1 - done))
            done += len(victims)
            for victim in victims:
                yield Kill(share=done / self.kills * 0.95, component=victim)
        if self.kills:
            yield Kill(share=0.95, component="servicebus")


def _share(total: int, number: int, count: int) -> int:
    """Of part `number` of `count`: all alike, as far as it goes."""
    return total * (number + 1) // count - total * number // count
