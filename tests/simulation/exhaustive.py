"""One order, and everything that can happen to it: each crash, each duplicate, each order of arrival.

A story is played once without incidents, which gives its calls and its messages. Then it is played again for every
combination of: the worker dies before or after one of the calls; one of the messages comes twice; three messages that
were sent one after another arrive in one of their six orders. Each of the three may be absent. An order of arrival is
left out when every call comes as it does in another one: when it is the same swap, seen from the window before, or when
nobody had to wait for what was late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations, product
from typing import TypeVar
from uuid import UUID
from zlib import crc32

from domain.kernel.ids import derive
from domain.registration.order import OrderState
from tests.simulation.faults import CALM, LATE, READS, TWICE, Fault
from tests.simulation.ledger import Violation
from tests.simulation.mechanisms import Mechanisms
from tests.simulation.promises import order_id_of
from tests.simulation.simulation import Scenario, play
from tests.simulation.world import World
from tests.support.vocabulary import FREE, GENERAL

T = TypeVar("T")

KINDS = 3
"""Of what can happen: a crash, a duplicate, a disorder."""
WINDOW = 3
COMES_AFTER_SECONDS = (5.0, 5.0)
"""By then the conference is on offer."""
APART_SECONDS = 0.3
"""Between the messages of a window: longer than it takes to handle one."""
ORDERS = tuple(permutations(range(WINDOW)))[1:]
"""All but the one in which they were sent."""


@dataclass(frozen=True, slots=True)
class Story:
    """What one registrant does, when nothing else happens."""

    name: str
    seat_type: UUID
    ends: OrderState
    whims: frozenset[str] = frozenset()
    """What she could as well leave."""
    late: str = ""
    """A message that comes when the order has expired."""
    seed: str = "a"
    """How many seats she wants, how long she takes, and whom she seats."""


_PAYMENT_COMPLETED = f"payment-events/registration-process payment-{derive(order_id_of(1), 'payment-1')}:2"
STORIES = (
    Story("pays", GENERAL, OrderState.CONFIRMED),
    Story("has nothing to pay", FREE, OrderState.CONFIRMED),
    Story("never pays", GENERAL, OrderState.REJECTED, frozenset({"registrant 1 goes away at the processor (0)"})),
    Story("pays, which is heard of too late", GENERAL, OrderState.CONFIRMED, late=_PAYMENT_COMPLETED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way for a story to go. None: this does not happen."""

    crash: tuple[str, Fault] | None = None
    duplicate: str | None = None
    window: tuple[int, tuple[int, ...]] | None = None
    """The first of the messages, and in which order they arrive."""

    def __str__(self) -> str:
        happens = []
        if self.crash:
            happens.append(f"{self.crash[0]} {self.crash[1]}")
        if self.duplicate:
            happens.append(f"{self.duplicate} comes twice")
        if self.window:
            happens.append(f"messages {self.window[0]} and after come in the order {self.window[1]}")
        return "; ".join(happens) or "nothing happens"


@dataclass(slots=True)
class EnumeratedChance:
    """Chance that does what the case says, and nothing else."""

    case: Case
    story: Story
    happened: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    """What was sent, in order."""

    def happens(self, incident: str, rate: float) -> bool:
        return incident in self.story.whims

    def which(self, name: str, rates: Mapping[str, float]) -> str | None:
        if self.case.crash is not None and name == self.case.crash[0]:
            return self.case.crash[1]
        if name == self.story.late:
            return LATE
        return TWICE if name == self.case.duplicate else None

    def one_of(self, name: str, options: Sequence[T]) -> T:
        return options[crc32(name.encode()) % len(options)]

    def between(self, name: str, low: float, high: float) -> float:
        if not name.startswith("transit of "):
            return low
        self.messages.append(name.removeprefix("transit of "))
        if self.messages[-1] == self.story.late:
            return high
        if self.case.window is None:
            return low
        first, order = self.case.window
        place = len(self.messages) - 1 - first
        return low + (APART_SECONDS * order[place] if 0 <= place < WINDOW else 0.0)


@dataclass(frozen=True, slots=True)
class Told:
    """How a story went."""

    violation: Violation | None
    world: World
    calls: Sequence[str]
    messages: Sequence[str]


def tell(story: Story, case: Case, mechanisms: Mechanisms | None = None, script: list[str] | None = None) -> Told:
    """Play one case of a story."""
    calls: list[str] = []
    chance = EnumeratedChance(case, story)
    world = World(chance, CALM, mechanisms, script=script, observe=calls.append)
    scenario = Scenario(registrants=(1,), come=COMES_AFTER_SECONDS, quantities={story.seat_type: 5}, changes=0)
    violation: Violation | None = None
    try:
        play(world, scenario, scenario.registrants, story.seed)
    except Violation as found:
        violation = found
    return Told(violation, world, calls, chance.messages)


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What can happen to a story; None, everywhere: nothing."""

    crashes: tuple[tuple[str, Fault] | None, ...]
    duplicates: tuple[str | None, ...]
    windows: tuple[tuple[int, tuple[int, ...]] | None, ...]

    def cases(self, most: int = KINDS) -> Iterator[Case]:
        """Every combination in which at most so many of the three happen."""
        for happening in product(self.crashes, self.duplicates, self.windows):
            if KINDS - happening.count(None) <= most:
                crash, duplicate, window = happening
                yield Case(crash=crash, duplicate=duplicate, window=window)


@cache
def possibilities(story: Story) -> Possibilities:
    """Of everything that happens once the registrant has come.

    A worker dies before the first thing it does for a request or batch, and after each write. To die anywhere else
    leaves the same world behind: reading changes nothing, and what the worker knew dies with it.
    """
    told = tell(story, Case())
    first_call = next(number for number, call in enumerate(told.calls) if call.startswith("registrant 1"))
    first_message = next(number for number, message in enumerate(told.messages) if f"{order_id_of(1)}" in message)
    crashes: list[tuple[str, Fault] | None] = [None]
    for call in told.calls[first_call:]:
        if " / 1 " in call:
            crashes.append((call, Fault.DIES_BEFORE))
        if call.rpartition(" ")[2] not in READS:
            crashes.append((call, Fault.DIES_AFTER))
    histories = {tuple(told.calls)}
    windows: list[tuple[int, tuple[int, ...]] | None] = [None]
    for window in product(range(first_message, len(told.messages) - 1), ORDERS):
        otherwise = tell(story, Case(window=window))
        if otherwise.violation is not None or tuple(otherwise.calls) not in histories:
            windows.append(window)
        histories.add(tuple(otherwise.calls))
    return Possibilities(tuple(crashes), (None, *told.messages[first_message:]), tuple(windows))
