"""Paying: the registrant goes to the payment processor, and the processor calls back."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode
from uuid import UUID

import azure.functions as func

from domain.payments.payment_view import PAYMENTS
from domain.payments.third_party_processor_payment import ThirdPartyProcessorPayment
from domain.payments.use_cases import NothingToPay
from domain.registration.order import OrderState
from domain.registration.use_cases import Caller
from functions import answers
from functions.callers import caller_of
from functions.http import operation, path_uuid, respond
from functions.problems import Problem, not_found
from functions.registration import read_order
from functions.waiting import wait_for
from infra.bootstrap import App, app

blueprint = func.Blueprint()

RESERVATION_WAIT_SECONDS = 5.0
VIEW_WAIT_SECONDS = 2.0


@blueprint.function_name("StartPayment")
@blueprint.route("orders/{orderId}/payment", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def start_payment(req: func.HttpRequest) -> func.HttpResponse:
    """startPayment."""
    order_id, system = path_uuid(req, "orderId", "order"), await app()
    await read_order(
        system, order_id, lambda order: order.state is not OrderState.PENDING_RESERVATION, RESERVATION_WAIT_SECONDS
    )
    due = await system.payments.start(caller_of(req), order_id)
    if isinstance(due, NothingToPay):
        return respond(200, answers.accepted(order_id))
    return respond(
        201, {"paymentId": str(due.payment_id), "paymentUrl": _processor_page(system, order_id, due.payment_id)}
    )


def _processor_page(system: App, order_id: UUID, payment_id: UUID) -> str:
    query = {"paymentId": payment_id, "orderId": order_id, "signature": system.signatures.sign(payment_id)}
    return f"{system.settings.public_base_url}/payment-processor?{urlencode(query)}"


@blueprint.function_name("GetPayment")
@blueprint.route("payments/{paymentId}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def get_payment(req: func.HttpRequest) -> func.HttpResponse:
    """getPayment. A payment that was just initiated may take a moment to be known."""
    payment_id, system = path_uuid(req, "paymentId", "payment"), await app()
    payment = await wait_for(
        lambda: system.views.get(PAYMENTS, str(payment_id)), lambda payment: True, VIEW_WAIT_SECONDS
    )
    if payment is None:
        raise not_found(f"There is no payment {payment_id}.")
    return respond(200, answers.payment(payment))


@blueprint.function_name("CompletePayment")
@blueprint.route("payments/{paymentId}/complete", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def complete_payment(req: func.HttpRequest) -> func.HttpResponse:
    """completePayment."""
    return await _settle(req, (await app()).payments.complete)


@blueprint.function_name("CancelPayment")
@blueprint.route("payments/{paymentId}/cancel", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def cancel_payment(req: func.HttpRequest) -> func.HttpResponse:
    """cancelPayment."""
    return await _settle(req, (await app()).payments.cancel)


async def _settle(
    req: func.HttpRequest, settle: Callable[[Caller, UUID], Awaitable[ThirdPartyProcessorPayment | None]]
) -> func.HttpResponse:
    payment_id, system = path_uuid(req, "paymentId", "payment"), await app()
    if not system.signatures.verify(payment_id, req.headers.get("x-payment-signature", "")):
        raise Problem(
            status=403,
            type="payment-signature",
            title="Not signed by us",
            detail="X-Payment-Signature must be the `signature` of the payment's URL.",
        )
    payment = await settle(caller_of(req), payment_id)
    if payment is None:
        view = await system.views.get(PAYMENTS, str(payment_id))
        return respond(202, answers.accepted(view.order_id if view else payment_id))
    return respond(200, answers.settled_payment(payment))
