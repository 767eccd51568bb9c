"""What a registration costs: operations counted on the local Azure, one registration after another.

Alone, a registration costs most: at a higher rate messages are handled in batches. What does not depend on timing is
counted exactly; the rest must stay within the budgets of delivery/usage.json, from which delivery/costs.py calculates,
and a budget that is twice what is used must be lowered. The counts are left in test-results/meters.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pytest

from delivery.usage import Operations, read_usage
from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.function_app import declared_functions
from tests.support.meters import Counts, Meters, operations, report
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.stack import PROJECT_ROOT, running_stack

REGISTRATIONS = 5
TIMER = "functions/SendWhatWasLeftBehind/executions"
EXPIRY = {"RESERVATION_EXPIRY_SECONDS": 6, "RESERVATION_GRACE_SECONDS": 1}
REST_SECONDS = 60.0

MESSAGES_SENT = {
    "availability-events": 4,
    "order-commands": 2,
    "order-events": 13,
    "payment-events": 4,
    "registration-process-commands": 1,
    "seats-availability-commands": 2,
}
MESSAGES_RECEIVED = {
    "availability-events/Subscriptions/conference-views": 2,
    "availability-events/Subscriptions/registration-process": 1,
    "message-log": 10,
    "order-commands": 2,
    "order-events/Subscriptions/managed-orders": 6,
    "order-events/Subscriptions/order-views": 6,
    "order-events/Subscriptions/registration-process": 2,
    "order-events/Subscriptions/seat-assignments": 1,
    "payment-events/Subscriptions/order-views": 2,
    "payment-events/Subscriptions/registration-process": 2,
    "registration-process-commands": 1,
    "seats-availability-commands": 2,
}
COMMITS = 10
HTTP_FUNCTIONS = {
    "AssignRegistrant": 1,
    "AssignSeat": 1,
    "CompletePayment": 1,
    "GetAssignments": 1,
    "RegisterToConference": 1,
    "StartPayment": 1,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """`registrations`: of all REGISTRATIONS together, without the timer's share; `timer_run`: of one run of it."""

    registrations: Counts
    timer_run: Counts


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """Registrations of the usual kind, counted until the message that would have expired the last one has come."""
    with running_stack(tmp_path_factory.mktemp("meters"), STORAGE_LOG=1, **EXPIRY) as stack:
        api, meters = Api(stack.api_url), Meters(stack)
        conference = OrganizedConference.published(api, {GENERAL: 1000})
        _register(conference)  # opens links and fills caches
        _wait_until_at_rest(meters)

        before = meters.read()
        for _ in range(REGISTRATIONS):
            _register(conference)
        _wait_until_at_rest(meters)
        after = meters.read()

        eventually(lambda: meters.read()[TIMER] > after[TIMER], "a run of the timer")
        timer_run = meters.read() - after
        api.close()
    all_of_it = after - before
    counts = Counted(registrations=all_of_it - timer_run * all_of_it[TIMER], timer_run=timer_run)
    _leave_for_a_reader(counts)
    return counts


def _register(conference: OrganizedConference) -> None:
    """From the choice of a seat to somebody on it, over HTTP as the site does it."""
    registrant = Registrant(conference)
    registrant.comes_to_pay({GENERAL: 1})
    registrant.accepts_the_payment().expect(200, 202)
    assert registrant.waits_for_the_end()["state"] == "confirmed"
    conference.api.assignments(registrant.order_id, wait=10).expect(200)
    conference.api.assign_seat(registrant.order_id, 0, person()).expect(200, 202)


def _leave_for_a_reader(counts: Counted) -> None:
    results = PROJECT_ROOT / "test-results"
    results.mkdir(exist_ok=True)
    text = report(counts.registrations, REGISTRATIONS, counts.timer_run)
    (results / "meters.md").write_text(text, encoding="utf-8")


def _wait_until_at_rest(meters: Meters) -> None:
    eventually(meters.are_at_rest, "nothing waiting, scheduled or running", seconds=REST_SECONDS)


def test_a_registration_sends_so_many_messages(counted: Counted) -> None:
    assert _each(counted, "bus", "send") == MESSAGES_SENT


def test_a_registration_has_so_many_messages_handled_and_each_once(counted: Counted) -> None:
    assert _each(counted, "bus", "complete") == MESSAGES_RECEIVED


def test_hardly_a_message_is_delivered_twice(counted: Counted) -> None:
    """One may be: a session that is let go because it was idle gives back what came at that very moment."""
    delivered = sum(_each(counted, "bus", "deliver").values())
    again = REGISTRATIONS * (delivered - sum(MESSAGES_RECEIVED.values()))
    assert 0 <= round(again) <= 2


def test_every_commit_of_a_registration_is_written_and_marked_published_once_and_logged(counted: Counted) -> None:
    creates = counted.registrations["cosmos/events/create/requests"] / REGISTRATIONS
    patches = counted.registrations["cosmos/events/patch/requests"] / REGISTRATIONS
    assert (creates, patches) == (COMMITS, COMMITS)
    assert sum(_each(counted, "bus", "forward").values()) == COMMITS


def test_a_registrant_asks_for_each_thing_once(counted: Counted) -> None:
    asked = _each(counted, "functions", "executions")
    assert {name: asked.get(name) for name in HTTP_FUNCTIONS} == HTTP_FUNCTIONS


def test_nothing_of_a_registration_fails_or_comes_again(counted: Counted) -> None:
    assert not any(_each(counted, "functions", "failures").values())
    assert not any(_each(counted, "bus", kind) for kind in ("abandon", "dead-letter", "defer", "release"))


def test_a_registration_stays_within_its_budget(counted: Counted) -> None:
    _assert_within(read_usage().registration, operations(counted.registrations, per=REGISTRATIONS))


def test_a_run_of_the_timer_that_finds_nothing_stays_within_its_budget(counted: Counted) -> None:
    _assert_within(read_usage().timer_run, operations(counted.timer_run))


def test_the_timer_and_the_receivers_are_as_many_as_the_bill_says() -> None:
    receiving = [function for function in declared_functions() if function.listens_to]
    batches = [function for function in receiving if function.takes_batches]
    messages = [function for function in receiving if not function.takes_batches]
    triggers = [function.trigger for function in declared_functions()]
    schedules = {trigger["schedule"] for trigger in triggers if trigger["type"] == "timerTrigger"}

    usage = read_usage()

    assert all(function.trigger["isSessionsEnabled"] for function in messages), "the bill knows no others"
    assert usage.bus_receivers_per_instance == len(batches) + 2 * len(messages)
    assert schedules == {"*/15 * * * * *", "0 30 3 * * *"}
    assert usage.timer_runs_per_hour == 3600 / 15


def _each(counted: Counted, service: str, measure: str) -> Mapping[str, float]:
    """What one registration comes to, by entity or function; those without any are left out."""
    prefix, suffix = f"{service}/", f"/{measure}"
    return {
        name.removeprefix(prefix).removesuffix(suffix): count / REGISTRATIONS
        for name, count in counted.registrations.items()
        if name.startswith(prefix) and name.endswith(suffix) and count
    }


def _assert_within(budget: Operations, used: Operations) -> None:
    budgets, uses = asdict(budget), asdict(used)
    assert {name: use for name, use in uses.items() if round(use, 6) > budgets[name]} == {}, f"over {budgets}"
    assert {name: use for name, use in uses.items() if use * 2 < budgets[name]} == {}, f"less than half of {budgets}"
