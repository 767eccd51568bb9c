"""Forgetting who registered: asked for by herself or by the organizer, and seen through to the end."""

from collections.abc import Sequence
from typing import Any

import azure.functions as func

from domain.kernel.messages import Envelope
from domain.registration.order_views import ORDERS, OrderView
from functions.callers import caller_of, client_address, guessing, now, organizer_token
from functions.http import operation, path_uuid, respond
from functions.problems import not_found, unauthorized
from functions.service_bus import CONNECTION, Batch, Refused, consume
from infra.bootstrap import App, app

blueprint = func.Blueprint()


@blueprint.function_name("ForgetRegistrant")
@blueprint.route("orders/{orderId}/registrant", methods=["DELETE"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def forget_registrant(req: func.HttpRequest) -> func.HttpResponse:
    """forgetRegistrant."""
    order_id, system = path_uuid(req, "orderId", "order"), await app()
    order = await system.views.get(ORDERS, str(order_id))
    if order is None:
        raise not_found(f"There is no order {order_id}.")
    await _refuse_strangers(req, system, order)
    await system.registration.forget_registrant(caller_of(req), order_id=order_id)
    return respond(204)


async def _refuse_strangers(req: func.HttpRequest, system: App, order: OrderView) -> None:
    """Raises Problem (401) for all but who knows the order's access code, and the conference's organizer."""
    token = organizer_token(req)
    if token and await system.conferences.managed(code=order.conference_code, token=token, now=now()):
        return
    client = client_address(req, system.settings.trusted_proxies)
    async with guessing():
        async with system.attempts.guard("forget-registrant", str(order.order_id), client) as attempt:
            if req.headers.get("x-order-access-code", "").upper() == order.access_code:
                attempt.succeeded()
                return
        raise unauthorized("Send the order's access code as X-Order-Access-Code, or an organizer's token.")


@blueprint.function_name("KeysOfForgottenRegistrants")
@blueprint.service_bus_topic_trigger("messages", CONNECTION, "order-events", "personal-data", cardinality="many")
async def keys_of_forgotten_registrants(messages: Batch) -> None:
    """Whoever asked may be gone by now: the key is."""
    await consume(messages, _destroy_keys)


async def _destroy_keys(events: Sequence[Envelope[Any]]) -> Refused:
    vault = (await app()).vault
    for event in events:
        await vault.destroy_key(event.message.order_id)
    return []
