"""Organizers set up conferences, publish them and read their orders."""

import secrets
from collections.abc import Callable
from uuid import UUID

import azure.functions as func

from domain.conference_management.conference import (
    AddSeatType,
    Conference,
    ConferenceChange,
    CreateConference,
    DeleteSeatType,
    PublishConference,
    SeatType,
    UnpublishConference,
    UpdateConference,
    UpdateSeatType,
)
from domain.registration.conference_view import CONFERENCES
from domain.registration.managed_orders import MANAGED_ORDERS
from functions import answers, schemas
from functions.callers import caller_of, client_address, draw_access_code, guessing, now, organizer_token
from functions.http import json_body, operation, path_uuid, query_integer, respond
from functions.management_answers import details_of, managed_conference, managed_seat_type, signed_in
from functions.problems import FieldError, invalid, unauthorized
from infra.bootstrap import app
from infra.sql.sequential_guid import new_sequential_guid

blueprint = func.Blueprint()

MANAGED_CONFERENCES = "management/conferences"
CONFERENCE = f"{MANAGED_CONFERENCES}/{{code}}"
SEAT_TYPES = f"{CONFERENCE}/seat-types"
SEAT_TYPE = f"{SEAT_TYPES}/{{seatTypeId}}"


@blueprint.function_name("CreateConference")
@blueprint.route(MANAGED_CONFERENCES, methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def create_conference(req: func.HttpRequest) -> func.HttpResponse:
    """createConference. The access code is shown here and never again: only its hash is kept."""
    body, system = json_body(req, schemas.CreateConference), await app()
    command = CreateConference(
        conference_id=new_sequential_guid(),
        code=body.slug,
        details=details_of(body),
        owner_name=body.owner_name,
        owner_email=body.owner_email,
    )
    secret = {"accessCode": draw_access_code(), "token": _draw_token()}
    said = caller_of(req).command(command, command.conference_id)
    conference = await system.conferences.create(said, access_code=secret["accessCode"], token=secret["token"])
    return respond(
        201, managed_conference(conference) | secret, {"Location": f"/api/{MANAGED_CONFERENCES}/{conference.code}"}
    )


@blueprint.function_name("SignIn")
@blueprint.route("management/sign-in", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def sign_in(req: func.HttpRequest) -> func.HttpResponse:
    """signIn."""
    locator, token, system = json_body(req, schemas.Locator), _draw_token(), await app()
    async with guessing():
        answer = await system.conferences.sign_in(
            email=locator.email,
            access_code=locator.access_code.upper(),
            client=client_address(req, system.settings.trusted_proxies),
            token=token,
            now=now(),
        )
        if answer is None:
            raise unauthorized("No conference has this e-mail address and access code.")
    return respond(200, signed_in(answer, token))


@blueprint.function_name("GetManagedConference")
@blueprint.route(CONFERENCE, methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def get_managed_conference(req: func.HttpRequest) -> func.HttpResponse:
    """getManagedConference. What is left is read afresh: the public's readings may be minutes old."""
    conference = await _managed(req)
    view = await (await app()).views.get(CONFERENCES, str(conference.id))
    return respond(200, managed_conference(conference, view))


@blueprint.function_name("UpdateConference")
@blueprint.route(CONFERENCE, methods=["PUT"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def update_conference(req: func.HttpRequest) -> func.HttpResponse:
    """updateConference."""
    conference = await _change(
        req,
        lambda conference_id: UpdateConference(
            conference_id=conference_id, details=details_of(json_body(req, schemas.EditConference))
        ),
    )
    return respond(200, managed_conference(conference))


@blueprint.function_name("PublishConference")
@blueprint.route(f"{CONFERENCE}/publish", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def publish_conference(req: func.HttpRequest) -> func.HttpResponse:
    """publishConference."""
    conference = await _change(req, lambda conference_id: PublishConference(conference_id=conference_id))
    return respond(200, managed_conference(conference))


@blueprint.function_name("UnpublishConference")
@blueprint.route(f"{CONFERENCE}/unpublish", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def unpublish_conference(req: func.HttpRequest) -> func.HttpResponse:
    """unpublishConference."""
    conference = await _change(req, lambda conference_id: UnpublishConference(conference_id=conference_id))
    return respond(200, managed_conference(conference))


@blueprint.function_name("CreateSeatType")
@blueprint.route(SEAT_TYPES, methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def create_seat_type(req: func.HttpRequest) -> func.HttpResponse:
    """createSeatType."""
    seat_type_id = new_sequential_guid()
    conference = await _change(
        req,
        lambda conference_id: AddSeatType(conference_id=conference_id, seat_type=_seat_type(req, seat_type_id)),
    )
    return respond(201, managed_seat_type(conference.seat_type(seat_type_id)))


@blueprint.function_name("UpdateSeatType")
@blueprint.route(SEAT_TYPE, methods=["PUT"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def update_seat_type(req: func.HttpRequest) -> func.HttpResponse:
    """updateSeatType."""
    changed = await _change(
        req,
        lambda conference_id: UpdateSeatType(
            conference_id=conference_id, seat_type=_seat_type(req, _seat_type_id(req))
        ),
    )
    return respond(200, managed_seat_type(changed.seat_type(_seat_type_id(req))))


@blueprint.function_name("DeleteSeatType")
@blueprint.route(SEAT_TYPE, methods=["DELETE"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def delete_seat_type(req: func.HttpRequest) -> func.HttpResponse:
    """deleteSeatType."""
    await _change(
        req,
        lambda conference_id: DeleteSeatType(conference_id=conference_id, seat_type_id=_seat_type_id(req)),
    )
    return respond(204)


@blueprint.function_name("ListOrders")
@blueprint.route(f"{CONFERENCE}/orders", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def list_orders(req: func.HttpRequest) -> func.HttpResponse:
    """listOrders."""
    conference, system = await _managed(req), await app()
    limit = query_integer(req, "limit", default=100, low=1, high=1000)
    try:
        orders, continuation = await system.views.list(
            MANAGED_ORDERS, str(conference.id), limit, req.params.get("continuation") or None
        )
    except ValueError as error:
        raise invalid([FieldError(path="continuation", message="must be what the page before gave")]) from error
    opened = await system.vault.all_opened(orders)
    return respond(200, {"orders": [answers.managed_order(order) for order in opened], "continuation": continuation})


async def _managed(req: func.HttpRequest) -> Conference:
    """The conference in the route. Raises Problem (401) unless the request has a token good for it."""
    token, code = organizer_token(req), req.route_params["code"]
    conference = token and await (await app()).conferences.managed(code=code, token=token, now=now())
    if not conference:
        raise unauthorized(f"Sign in as an organizer of conference {code!r} and send the token with each request.")
    return conference


async def _change(req: func.HttpRequest, command: Callable[[UUID], ConferenceChange]) -> Conference:
    """The conference after a command of its organizer's; nothing of the request is looked at before she is known."""
    conference = await _managed(req)
    said = caller_of(req).command(command(conference.id), conference.id)
    return await (await app()).conferences.change(said)


def _seat_type_id(req: func.HttpRequest) -> UUID:
    return path_uuid(req, "seatTypeId", "seat type")


def _seat_type(req: func.HttpRequest, seat_type_id: UUID) -> SeatType:
    body = json_body(req, schemas.EditSeatType)
    return SeatType(
        id=seat_type_id, name=body.name, description=body.description, quantity=body.quantity, price=body.price
    )


def _draw_token() -> str:
    return secrets.token_urlsafe(32)
