"""Paying: the registrant goes to the payment processor, and the processor calls back."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode
from uuid import UUID

import azure.functions as func

from domain.kernel.errors import NotPossible, Unavailable
from domain.payments.payment_view import PAYMENTS
from domain.payments.third_party_processor_payment import PAYMENT, ThirdPartyProcessorPayment
from domain.payments.use_cases import NothingToPay, PaymentDue
from domain.registration.order import OrderState
from domain.registration.order_views import ORDERS, OrderView
from domain.registration.use_cases import Caller
from functions import answers
from functions.callers import caller_of
from functions.http import operation, path_uuid, respond
from functions.problems import Problem, not_found
from functions.waiting import wait_for
from infra.bootstrap import App, app

blueprint = func.Blueprint()

RESERVATION_WAIT_SECONDS = 5.0


@blueprint.function_name("StartPayment")
@blueprint.route("orders/{orderId}/payment", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def start_payment(req: func.HttpRequest) -> func.HttpResponse:
    """startPayment."""
    order_id, system = path_uuid(req, "orderId", "order"), await app()
    due = await _start_once_reserved(system, caller_of(req), order_id)
    if isinstance(due, NothingToPay):
        return respond(200, answers.accepted(order_id))
    return respond(
        201, {"paymentId": str(due.payment_id), "paymentUrl": _processor_page(system, order_id, due.payment_id)}
    )


async def _start_once_reserved(system: App, caller: Caller, order_id: UUID) -> NothingToPay | PaymentDue:
    try:
        return await system.payments.start(caller, order_id)
    except NotPossible as refusal:
        if refusal.reason != "reservation-pending":
            raise
    await wait_for(system.views, ORDERS, str(order_id), RESERVATION_WAIT_SECONDS, _is_reserved)
    return await system.payments.start(caller, order_id)


def _is_reserved(order: OrderView) -> bool:
    return order.state is not OrderState.PENDING_RESERVATION


def _processor_page(system: App, order_id: UUID, payment_id: UUID) -> str:
    query = {"paymentId": payment_id, "orderId": order_id, "signature": system.signatures.sign(payment_id)}
    return f"{system.settings.public_base_url}/payment-processor?{urlencode(query)}"


@blueprint.function_name("GetPayment")
@blueprint.route("payments/{paymentId}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def get_payment(req: func.HttpRequest) -> func.HttpResponse:
    """getPayment. A payment that the view does not know yet is answered from its events."""
    payment_id, system = path_uuid(req, "paymentId", "payment"), await app()
    if view := await system.views.get(PAYMENTS, str(payment_id)):
        return respond(200, answers.payment(view))
    payment = (await system.aggregates.load(PAYMENT, payment_id)).state
    if payment.initiated is None:
        raise not_found(f"There is no payment {payment_id}.")
    return respond(200, answers.payment_state(payment))


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
        if (view := await system.views.get(PAYMENTS, str(payment_id))) is None:
            raise Unavailable(f"nobody knows yet whose payment {payment_id} is; what was said of it waits in its queue")
        return respond(202, answers.accepted(view.order_id))
    return respond(200, answers.payment_state(payment))
