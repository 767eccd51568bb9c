"""What the payment processor is answered while the event store does not answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from uuid import UUID

import azure.functions as func
import pytest

from domain.kernel.errors import Unavailable
from domain.payments.payment_view import PAYMENTS, PaymentView
from domain.payments.use_cases import Payments
from functions import answers, payments
from infra.keyed_hash import KeyedHash
from infra.payment_signatures import PaymentSignatures
from tests.support.backend import Backend
from tests.support.catalogue import PublishedConference
from tests.support.function_app import declared_functions
from tests.support.vocabulary import ORDER_ID, PAYMENT_ID

SIGNATURES = PaymentSignatures(KeyedHash("a key of the tests that is long enough"))
PAYMENT = PaymentView(payment_id=PAYMENT_ID, order_id=ORDER_ID, description="", total_amount=199_00)


@dataclass
class Views:
    """The table of payments."""

    kept: list[PaymentView] = field(default_factory=list)

    async def get(self, view: object, key: str) -> PaymentView | None:
        assert view is PAYMENTS
        return next((payment for payment in self.kept if payment.payment_id == UUID(key)), None)


@pytest.fixture
def backend() -> Backend:
    backend = Backend()
    backend.events.fail("read", Unavailable("no answer"), times=2)
    return backend


@pytest.fixture
def views(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Views:
    views = Views()
    paying = Payments(backend.worker(), backend.bus, PublishedConference())

    async def app() -> SimpleNamespace:
        return SimpleNamespace(payments=paying, views=views, signatures=SIGNATURES)

    monkeypatch.setattr(payments, "app", app)
    return views


async def completed() -> func.HttpResponse:
    (complete,) = [function.handler for function in declared_functions() if function.name == "CompletePayment"]
    request = func.HttpRequest(
        "POST",
        f"http://localhost/api/payments/{PAYMENT_ID}/complete",
        headers={"X-Payment-Signature": SIGNATURES.sign(PAYMENT_ID)},
        route_params={"paymentId": str(PAYMENT_ID)},
        body=b"",
    )
    response: func.HttpResponse = await complete(request)
    return response


async def test_what_waits_in_the_queue_is_accepted_for_the_order_that_the_payment_is_for(views, backend) -> None:
    views.kept.append(PAYMENT)
    response = await completed()
    assert (response.status_code, json.loads(response.get_body())) == (202, answers.accepted(ORDER_ID))
    assert len(backend.bus.sent) == 1


async def test_while_nobody_knows_the_order_of_the_payment_the_processor_is_to_call_again(views, backend) -> None:
    response = await completed()
    assert (response.status_code, json.loads(response.get_body())["type"]) == (503, "unavailable")
    assert len(backend.bus.sent) == 1
