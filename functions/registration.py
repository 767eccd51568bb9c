"""Registrants place orders, change them, say who registers, and find them again."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import azure.functions as func

from domain.registration.order import SETTLED, OrderState
from domain.registration.order_views import ORDER_LOCATIONS, ORDERS, OrderLocation, OrderView
from functions import answers
from functions.callers import ACCESS_CODE_ALPHABET, caller_of, client_address, draw_access_code, guessing
from functions.http import LONGEST_WAIT_SECONDS, json_body, operation, path_uuid, query_integer, query_number, respond
from functions.open_orders import one_of_few_open_orders
from functions.problems import FieldError, invalid, not_found
from functions.schemas import Locator, Person, PlaceOrder, UpdateOrder
from functions.waiting import wait_for
from infra.bootstrap import App, app

blueprint = func.Blueprint()

ENOUGH_FOR: dict[str, Callable[[OrderState], bool]] = {
    "any": lambda state: True,
    "reserved": lambda state: state is not OrderState.PENDING_RESERVATION,
    "settled": lambda state: state in SETTLED,
}


@blueprint.function_name("RegisterToConference")
@blueprint.route("conferences/{code}/orders", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def register_to_conference(req: func.HttpRequest) -> func.HttpResponse:
    """registerToConference."""
    body, system = json_body(req, PlaceOrder), await app()
    order_id = body.order_id or uuid4()
    async with one_of_few_open_orders(req, order_id):
        order = await system.registration.place_order(
            caller_of(req),
            order_id=order_id,
            code=req.route_params["code"],
            seats=body.asked_for(),
            access_code=draw_access_code(),
            expiry_seconds=system.settings.reservation_expiry_seconds,
        )
    return await _handled(order, order_id, 201, {"Location": f"/api/orders/{order_id}"})


@blueprint.function_name("GetOrder")
@blueprint.route("orders/{orderId}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def get_order(req: func.HttpRequest) -> func.HttpResponse:
    """getOrder."""
    order_id, system = path_uuid(req, "orderId", "order"), await app()
    after = query_integer(req, "afterVersion", default=0, low=0, high=2**53)
    seconds = query_number(req, "wait", default=0, low=0, high=LONGEST_WAIT_SECONDS)
    enough = ENOUGH_FOR.get(req.params.get("until", "any"))
    if enough is None:
        raise invalid([FieldError(path="until", message="must be any, reserved or settled")])
    order = await wait_for(
        system.views, ORDERS, str(order_id), seconds, lambda order: order.version > after and enough(order.state)
    )
    if order is None:  # or the projection is behind: who has placed an order must never read that there is none
        order = await system.registration.order(order_id)
    if order is None:
        raise not_found(f"There is no order {order_id}.")
    return respond(200, answers.order(await system.vault.opened(order)))


@blueprint.function_name("UpdateOrder")
@blueprint.route("orders/{orderId}/items", methods=["PUT"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def update_order(req: func.HttpRequest) -> func.HttpResponse:
    """updateOrder."""
    order_id = path_uuid(req, "orderId", "order")
    seats = json_body(req, UpdateOrder).asked_for()
    order = await (await app()).registration.update_order(caller_of(req), order_id=order_id, seats=seats)
    return await _handled(order, order_id, 200)


@blueprint.function_name("AssignRegistrant")
@blueprint.route("orders/{orderId}/registrant", methods=["PUT"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def assign_registrant(req: func.HttpRequest) -> func.HttpResponse:
    """assignRegistrant."""
    order_id = path_uuid(req, "orderId", "order")
    registrant = json_body(req, Person).as_personal_info()
    system = await app()
    order = await system.registration.assign_registrant(caller_of(req), order_id=order_id, registrant=registrant)
    return await _handled(order, order_id, 200)


@blueprint.function_name("LocateOrder")
@blueprint.route("orders/locate", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def locate_order(req: func.HttpRequest) -> func.HttpResponse:
    """locateOrder."""
    locator, system = json_body(req, Locator), await app()
    client = client_address(req, system.settings.trusted_proxies)
    async with guessing():
        async with system.attempts.guard("locate-order", locator.email, client) as attempt:
            for candidate in await _orders_with(system, locator.access_code.upper()):
                order = await system.views.get(ORDERS, str(candidate.order_id))
                if order and _is_hers(await system.vault.opened(order), locator.email):
                    attempt.succeeded()
                    return respond(200, answers.accepted(order.order_id))
        raise not_found("No order has this e-mail address and access code. Orders that expired cannot be found.")


async def _orders_with(system: App, access_code: str) -> Sequence[OrderLocation]:
    if not set(access_code) <= set(ACCESS_CODE_ALPHABET):
        return ()
    return (await system.views.list(ORDER_LOCATIONS, access_code))[0]


def _is_hers(order: OrderView, email: str) -> bool:
    hers = order.registrant is not None and order.registrant.email.casefold() == email.casefold()
    return hers and (order.state is not OrderState.REJECTED or order.refund_due)


async def _handled(
    order: OrderView | None, order_id: UUID, status: int, headers: dict[str, str] | None = None
) -> func.HttpResponse:
    """The order as it is now, or 202 when the command waits in its queue."""
    if order is None:
        return respond(202, answers.accepted(order_id), {"Location": f"/api/orders/{order_id}"})
    return respond(status, answers.order(await (await app()).vault.opened(order)), headers)
