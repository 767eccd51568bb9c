"""Never oversold: seats committed + held ≤ seats added - removed, whatever is repeated, late or out of order."""

from collections import Counter
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from domain.kernel.errors import InvalidCommand
from domain.registration.seats import as_seats, by_type
from domain.registration.seats_availability import (
    SEATS_AVAILABILITY,
    AvailableSeatsChanged,
    RemoveSeats,
    SeatsReservationCancelled,
    SeatsReservationCommitted,
    SeatsReserved,
)
from tests.support.availability import add, cancel, commit, remove, reserve
from tests.support.vocabulary import GENERAL, NOW, WORKSHOP

KINDS = st.sampled_from([GENERAL, WORKSHOP])
RESERVATIONS = st.sampled_from([UUID(int=number) for number in range(1, 5)])
WANTED = st.dictionaries(KINDS, st.integers(0, 6), max_size=2).map(as_seats)
ATTEMPTS = st.integers(1, 4)


class SeatsForSale(RuleBasedStateMachine):
    """Any commands in any order, each of them again at any time; a ledger of its own counts what the events say.

    Removing what is sold or held already leaves seats missing. Nothing else may."""

    commands = Bundle("commands")

    def __init__(self) -> None:
        super().__init__()
        self.state = SEATS_AVAILABILITY.initial
        self.offered: Counter[UUID] = Counter()
        self.sold: Counter[UUID] = Counter()
        self.held: dict[UUID, Counter[UUID]] = {}

    @rule(target=commands, seat_type=KINDS, quantity=st.integers(0, 12))
    def offer_more(self, seat_type, quantity):
        return self.run(add(quantity, seat_type))

    @rule(target=commands, seat_type=KINDS, quantity=st.integers(0, 12))
    def offer_fewer(self, seat_type, quantity):
        return self.run(remove(quantity, seat_type))

    @rule(target=commands, reservation=RESERVATIONS, wanted=WANTED, attempt=ATTEMPTS)
    def ask(self, reservation, wanted, attempt):
        return self.run(reserve(wanted, reservation=reservation, attempt=attempt))

    @rule(target=commands, reservation=RESERVATIONS)
    def sell(self, reservation):
        return self.run(commit(reservation))

    @rule(target=commands, reservation=RESERVATIONS, attempt=ATTEMPTS)
    def give_back(self, reservation, attempt):
        return self.run(cancel(reservation, attempt=attempt))

    @rule(command=commands)
    def repeat(self, command):
        self.run(command)

    def run(self, command):
        before, missing_before = self.state, self.missing()
        remaining_before, pending_before = dict(before.remaining), dict(before.pending)
        try:
            events = SEATS_AVAILABILITY.decide(command, before, NOW)
        except InvalidCommand:
            assert set(before.remaining) != {GENERAL, WORKSHOP}
            return multiple()
        for event in events:
            self.count(event)
            self.state = SEATS_AVAILABILITY.evolve(self.state, event)
        if not isinstance(command, RemoveSeats):
            assert self.missing() <= missing_before  # never oversold: only the organizer can take seats away
        assert (before.remaining, dict(before.pending)) == (remaining_before, pending_before)
        return command

    def count(self, event):
        match event:
            case AvailableSeatsChanged(seats=seats):
                self.offered.update(by_type(seats))
            case SeatsReserved(reservation_id=reservation, reservation_details=details):
                self.held[reservation] = Counter(by_type(details))
            case SeatsReservationCommitted(reservation_id=reservation):
                self.sold += self.held.pop(reservation)
            case SeatsReservationCancelled(reservation_id=reservation):
                del self.held[reservation]

    def missing(self):
        """By how many the seats committed and held exceed those added less those removed."""
        return +Counter({kind: self.taken(kind) - self.offered[kind] for kind in self.offered})

    def taken(self, kind):
        return self.sold[kind] + sum(held[kind] for held in self.held.values())

    @invariant()
    def every_seat_is_left_or_held_or_sold(self):
        for kind, remaining in self.state.remaining.items():
            assert remaining + self.taken(kind) == self.offered[kind]

    @invariant()
    def what_is_held_is_what_the_reservations_say(self):
        held = {reservation: by_type(pending.seats) for reservation, pending in self.state.pending.items()}
        assert held == {reservation: +kinds for reservation, kinds in self.held.items() if +kinds}


TestSeatsForSale = SeatsForSale.TestCase
TestSeatsForSale.settings = settings(max_examples=150, stateful_step_count=40)
