"""Registrants say who sits on the seats of a confirmed order."""

from uuid import UUID

import azure.functions as func

from domain.registration.order_views import ASSIGNMENTS
from domain.registration.personal_info import PersonalInfo
from functions import answers
from functions.callers import caller_of
from functions.http import LONGEST_WAIT_SECONDS, json_body, operation, path_uuid, query_number, respond
from functions.problems import not_found
from functions.schemas import Person
from functions.waiting import wait_for
from infra.bootstrap import app

blueprint = func.Blueprint()


@blueprint.function_name("GetAssignments")
@blueprint.route("orders/{orderId}/assignments", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def get_assignments(req: func.HttpRequest) -> func.HttpResponse:
    """getAssignments."""
    order_id, system = path_uuid(req, "orderId", "order"), await app()
    seconds = query_number(req, "wait", default=0, low=0, high=LONGEST_WAIT_SECONDS)
    view = await wait_for(system.views, ASSIGNMENTS, str(order_id), seconds)
    if view is None:
        raise not_found(f"Order {order_id} has no seats to assign; only a confirmed order has.")
    return respond(200, answers.assignments(await system.vault.opened(view)))


@blueprint.function_name("AssignSeat")
@blueprint.route("orders/{orderId}/assignments/{position}", methods=["PUT"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def assign_seat(req: func.HttpRequest) -> func.HttpResponse:
    """assignSeat."""
    order_id, position = _seat(req)
    return await _change(req, order_id, position, json_body(req, Person).as_personal_info())


@blueprint.function_name("UnassignSeat")
@blueprint.route("orders/{orderId}/assignments/{position}", methods=["DELETE"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def unassign_seat(req: func.HttpRequest) -> func.HttpResponse:
    """unassignSeat."""
    order_id, position = _seat(req)
    return await _change(req, order_id, position, None)


def _seat(req: func.HttpRequest) -> tuple[UUID, int]:
    order_id, position = path_uuid(req, "orderId", "order"), req.route_params["position"]
    if not (position.isascii() and position.isdigit() and len(position) < 10):
        raise not_found(f"There is no seat {position!r}.")
    return order_id, int(position)


async def _change(
    req: func.HttpRequest, order_id: UUID, position: int, attendee: PersonalInfo | None
) -> func.HttpResponse:
    system = await app()
    view = await system.registration.assign_seat(
        caller_of(req), order_id=order_id, position=position, attendee=attendee
    )
    if view is None:
        return respond(202, answers.accepted(order_id))
    return respond(200, answers.assignments(await system.vault.opened(view)))
