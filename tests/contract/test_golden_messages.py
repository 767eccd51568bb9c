"""What was ever written is still read, and still written the same way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.conference_management.conference import ConferenceChange, CreateConference
from domain.conference_management.events import ConferenceEvent
from domain.kernel.messages import RecordedEvent
from domain.payments.third_party_processor_payment import PaymentCommand, PaymentEvent
from domain.registration.order_messages import OrderCommand, OrderConfirmed, OrderEvent
from domain.registration.registration_process import ExpireRegistrationProcess
from domain.registration.seat_assignments import SeatAssignmentsCommand, SeatAssignmentsEvent
from domain.registration.seats_availability import SeatsAvailabilityCommand, SeatsAvailabilityEvent
from infra.commit_documents import commit_of, document_of
from infra.message_types import REGISTRY
from infra.serialization import decode_envelope, encode_envelope, from_builtins, to_builtins
from infra.snapshots import FORMS
from infra.upcasters import UPCASTERS
from tests.contract.golden_files import GOLDEN, MESSAGES, golden_message

MESSAGE_UNIONS = (
    ConferenceEvent,
    ConferenceChange,
    OrderEvent,
    OrderCommand,
    SeatsAvailabilityEvent,
    SeatsAvailabilityCommand,
    SeatAssignmentsEvent,
    SeatAssignmentsCommand,
    PaymentEvent,
    PaymentCommand,
)


def _stored(name: str) -> Any:
    return json.loads((GOLDEN / "stored" / name).read_text(encoding="utf-8"))


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_every_message_of_the_domain_has_a_name() -> None:
    messages = {message for union in MESSAGE_UNIONS for message in get_args(union)}
    assert messages | {CreateConference, ExpireRegistrationProcess} == set(REGISTRY.values())


def test_no_message_has_two_names() -> None:
    assert len(set(REGISTRY.values())) == len(REGISTRY)


def test_a_name_is_either_of_today_or_upcast() -> None:
    assert not REGISTRY.keys() & UPCASTERS.keys()


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() | UPCASTERS.keys()))
def test_every_type_has_a_golden_file(name: str) -> None:
    assert golden_message(name).exists(), (
        "run `python -m tests.contract.golden_files` for a message that is new; an earlier version must keep its own"
    )


@pytest.mark.parametrize("path", sorted(MESSAGES.glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_message_is_read(path: Path) -> None:
    envelope = decode_envelope(path.read_bytes())
    assert type(envelope.message) in REGISTRY.values()


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_message_is_written_as_it_was_released(name: str) -> None:
    golden = json.loads(golden_message(name).read_text(encoding="utf-8"))
    written = json.loads(encode_envelope(decode_envelope(golden_message(name).read_bytes())))
    assert written["header"] == golden["header"]
    kept = {member: value for member, value in written["payload"].items() if member in golden["payload"]}
    assert kept == golden["payload"], "a field was renamed or lost: make a new version and an upcaster"


def test_the_confirmation_by_payment_of_the_first_release_is_a_confirmation() -> None:
    envelope = decode_envelope(golden_message("registration.OrderPaymentConfirmed.v1").read_bytes())
    confirmed = decode_envelope(golden_message("registration.OrderConfirmed.v1").read_bytes()).message
    assert isinstance(envelope.message, OrderConfirmed)
    assert envelope.message.seats == confirmed.seats
    assert envelope.message.payment_id is None


def test_a_recorded_event_is_read_and_written_with_its_place_in_its_stream() -> None:
    golden = _stored("recorded-event.json")
    event = decode_envelope(json.dumps(golden))
    assert isinstance(event, RecordedEvent)
    assert (event.stream_id, event.version) == (golden["header"]["streamId"], 3)
    assert json.loads(encode_envelope(event)) == golden


def test_a_stored_commit_is_read_and_written_as_it_was() -> None:
    assert _as_json(document_of(commit_of(_stored("commit.json")))) == _stored("commit.json")


def test_a_commit_that_says_nothing_of_pending_is_published() -> None:
    document = _stored("commit.json")
    del document["pending"]
    assert not commit_of(document).pending


@pytest.mark.parametrize("category", sorted(FORMS))
def test_the_form_of_mementos_is_that_of_their_schema(category: str) -> None:
    form = FORMS[category]
    golden = _stored(f"{category}.schema-{form.schema}.json")
    state = from_builtins(form.state, golden)
    assert _as_json(to_builtins(state)) == golden, "the state's form has changed: raise its schema"
