"""How the Service Bus counts what Azure would bill."""

from __future__ import annotations

import pytest

from local.amqp import ACCEPTED, MODIFIED, REJECTED, RELEASED
from local.servicebus.meters import Meter, metrics

KIB = 1024


@pytest.mark.parametrize(
    ("size", "operations"), [(0, 1), (64 * KIB, 1), (64 * KIB + 1, 2), (96 * KIB, 2), (256 * KIB, 4)]
)
def test_every_64_kib_of_a_message_are_an_operation(size: int, operations: int) -> None:
    meter = Meter()
    meter.count_message("send", size)
    assert meter["send"] == operations


@pytest.mark.parametrize(
    ("outcome", "name"),
    [(ACCEPTED, "complete"), (MODIFIED, "abandon"), (REJECTED, "dead-letter"), (RELEASED, "release")],
)
def test_settlements_are_counted_by_their_name(outcome: int, name: str) -> None:
    meter = Meter()
    meter.count_settlement(outcome, is_deferred=False)
    assert meter == {name: 1}


def test_a_deferral_is_told_from_an_abandonment() -> None:
    meter = Meter()
    meter.count_settlement(MODIFIED, is_deferred=True)
    assert meter == {"defer": 1}


def test_entities_that_nobody_used_are_left_out() -> None:
    used = Meter({"send": 2})
    assert metrics({"busy": used, "idle": Meter()}) == {"entities": {"busy": {"send": 2}}}
