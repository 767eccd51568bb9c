"""A run in words: ids are replaced by what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.kernel.ids import derive
from domain.registration.seat_assignments import assignments_id
from tests.simulation.promises import order_id_of
from tests.support.vocabulary import CONFERENCE, NAMES

_MOST_PAYMENTS = 9
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMED = re.compile(rf"(?:\b(?:(?:order|payment|assignments|conference)[- ]|(seats-)))?({_UUID})")
_FOR_READERS_ALONE = re.compile(r"worker \d+: (MessageLog|OrderViews|ManagedOrders|PaymentViews|ConferenceViews\w+) <-")


def readable(text: str, registrants: Iterable[int]) -> str:
    """`text` with the names of orders, payments, assignments, seats and the conference instead of their ids."""
    names = {str(CONFERENCE): "the conference", **{str(seat_type): name for seat_type, name in NAMES.items()}}
    for number in registrants:
        order_id = order_id_of(number)
        names[str(order_id)] = f"order {number}"
        names[str(assignments_id(order_id))] = f"the assignments of order {number}"
        for attempt in range(1, _MOST_PAYMENTS + 1):
            names[str(derive(order_id, f"payment-{attempt}"))] = f"payment {attempt} of order {number}"

    def name(found: re.Match[str]) -> str:
        known = names.get(found[2], found[0])
        return f"the seats of {known}" if found[1] else known

    return _NAMED.sub(name, text)


def without_readers(lines: Iterable[str]) -> list[str]:
    """What is left of a script when read models and the message log are not what it is about."""
    return [line for line in lines if not _FOR_READERS_ALONE.search(line)]
