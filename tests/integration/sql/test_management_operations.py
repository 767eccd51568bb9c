"""The operations of tag `management` on a real database, without the host: what organizers get to see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import azure.functions as func
import httpx
import pytest

from domain.registration.conference_view import CONFERENCES
from domain.registration.managed_orders import MANAGED_ORDERS, ManagedOrder
from functions import callers, management
from functions.callers import ACCESS_CODE_ALPHABET
from infra.personal_data import PersonalDataVault
from infra.sql.database import Database
from infra.sql.personal_data_keys import SqlPersonalDataKeys
from tests.integration.sql.clocks import Clock
from tests.integration.sql.organizing import Organizing
from tests.support.conferences import conference_details, edited_details, seat_type_details
from tests.support.contract import operations, violations
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import JANE, NOW, ORDER_ID

Json = dict[str, Any]


@dataclass
class Orders:
    """A table of managed orders, one page of which was asked for."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    page: list[ManagedOrder] = field(default_factory=list)

    left: dict[UUID, int] = field(default_factory=dict)
    """Of the conference, by seat type."""

    async def get(self, view: object, key: str) -> SimpleNamespace:
        assert (view, UUID(key)) == (CONFERENCES, UUID(key))
        return SimpleNamespace(available=lambda seat_type: self.left.get(seat_type, 0))

    async def list(self, *question: Any) -> tuple[list[ManagedOrder], str | None]:
        self.asked.append(question)
        if question[3] == "nonsense":
            raise ValueError("nonsense is not where a listing goes on")
        return self.page, "the next page"


@dataclass(frozen=True)
class Site:
    """The operations, each answer held against the contract."""

    client: httpx.AsyncClient
    orders: Orders
    bus: InMemoryBus
    vault: PersonalDataVault

    async def call(
        self, operation_id: str, *, token: str | None = None, status: int, body: Any = None, **request: Any
    ) -> Any:
        names = {name: request.pop(name) for name in ("code", "seatTypeId") if name in request}
        operation = operations()[operation_id]
        if token is not None:
            request["headers"] = {"Authorization": f"Bearer {token}"}
        if body is not None:
            request["json"] = body
        answer = await self.client.request(operation.method, operation.path.format(**names), **request)
        said = answer.json() if answer.content else None
        assert answer.status_code == status, said
        assert violations(operation_id, status, answer.headers, said) == []
        return said

    async def create(self, **changes: object) -> Json:
        created: Json = await self.call("createConference", status=201, body=conference_details(**changes))
        return created


def routed() -> Callable[[httpx.Request], Awaitable[httpx.Response]]:
    """The functions of the blueprint behind their routes."""
    app = func.FunctionApp()
    app.register_functions(management.blueprint)
    routes = []
    for function in app.get_functions():
        trigger = function.get_trigger()
        assert trigger.auth_level == func.AuthLevel.ANONYMOUS
        path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", f"/api/{trigger.route}")
        routes.append(({method.value for method in trigger.methods}, re.compile(path), function.get_user_function()))

    async def answer(request: httpx.Request) -> httpx.Response:
        for methods, path, call in routes:
            match = path.fullmatch(request.url.path)
            if match and request.method in methods:
                response = await call(
                    func.HttpRequest(
                        method=request.method,
                        url=str(request.url),
                        headers=dict(request.headers),
                        params=dict(request.url.params),
                        route_params=match.groupdict(),
                        body=request.content,
                    )
                )
                headers = {**response.headers, "Content-Type": response.mimetype}
                return httpx.Response(response.status_code, headers=headers, content=response.get_body())
        return httpx.Response(404)

    return answer


@pytest.fixture
async def site(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    orders, bus, vault = Orders(), InMemoryBus(), PersonalDataVault(SqlPersonalDataKeys(database))
    organizing = Organizing(database, bus, clock)

    async def app() -> SimpleNamespace:
        return SimpleNamespace(
            conferences=organizing.management,
            views=orders,
            vault=vault,
            settings=SimpleNamespace(trusted_proxies=1),
        )

    monkeypatch.setattr(management, "app", app)
    monkeypatch.setattr(management, "now", clock)
    monkeypatch.setattr(callers, "now", clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(routed()), base_url="http://site") as client:
        yield Site(client, orders, bus, vault)


async def test_a_conference_from_its_creation_to_its_publication(site: Site) -> None:
    created = await site.create(tagline=None)
    assert set(created["accessCode"]) <= set(ACCESS_CODE_ALPHABET)
    code, token = created["code"], created["token"]
    managed = {name: value for name, value in created.items() if name not in ("accessCode", "token")}
    assert await site.call("getManagedConference", status=200, code=code, token=token) == managed

    details = edited_details(name="Renamed")
    renamed = await site.call("updateConference", status=200, code=code, token=token, body=details)
    assert renamed == managed | details
    seats = await site.call(
        "createSeatType", status=201, code=code, token=token, body=seat_type_details("General admission", 10)
    )
    published = await site.call("publishConference", status=200, code=code, token=token)
    assert published == renamed | {"isPublished": True, "wasEverPublished": True, "seatTypes": [seats]}

    site.orders.left = {UUID(seats["id"]): 7}
    counted = await site.call("getManagedConference", status=200, code=code, token=token)
    assert counted == published | {"seatTypes": [seats | {"availableQuantity": 7}]}

    more = seat_type_details("General admission", 25)
    changed = await site.call("updateSeatType", status=200, code=code, token=token, seatTypeId=seats["id"], body=more)
    assert changed == seats | {"quantity": 25}
    unpublished = await site.call("unpublishConference", status=200, code=code, token=token)
    assert unpublished == published | {"isPublished": False, "seatTypes": [changed]}
    assert [type(event.message).__name__ for commit in site.bus.published for event in commit.recorded()] == [
        "ConferenceCreated",
        "ConferenceUpdated",
        "SeatCreated",
        "ConferencePublished",
        "SeatUpdated",
        "ConferenceUnpublished",
    ]


async def test_a_seat_type_can_be_deleted_until_the_first_publication(site: Site) -> None:
    created = await site.create()
    whose = {"code": created["code"], "token": created["token"]}
    kept, dropped = [
        await site.call("createSeatType", status=201, body=seat_type_details("Seat", number), **whose)
        for number in (1, 2)
    ]
    await site.call("deleteSeatType", status=204, seatTypeId=dropped["id"], **whose)
    await site.call("deleteSeatType", status=404, seatTypeId=dropped["id"], **whose)
    published = await site.call("publishConference", status=200, **whose)
    assert published["seatTypes"] == [kept]
    refusal = await site.call("deleteSeatType", status=409, seatTypeId=kept["id"], **whose)
    assert refusal["type"] == "seat-type-published"


async def test_a_seat_type_of_another_conference_is_not_found(site: Site) -> None:
    mine, other = await site.create(), await site.create()
    foreign = await site.call(
        "createSeatType", status=201, code=other["code"], token=other["token"], body=seat_type_details("Seat", 1)
    )
    whose = {"code": mine["code"], "token": mine["token"]}
    for seat_type_id in (foreign["id"], uuid4(), "not-an-id"):
        await site.call("updateSeatType", status=404, seatTypeId=seat_type_id, body=seat_type_details("X1", 2), **whose)
        await site.call("deleteSeatType", status=404, seatTypeId=seat_type_id, **whose)


async def test_a_slug_is_given_once(site: Site) -> None:
    created = await site.create()
    again = conference_details(slug=created["code"].upper())
    refusal = await site.call("createConference", status=409, body=again)
    assert refusal["type"] == "slug-taken"


OPERATIONS_WITH_A_TOKEN = sorted(
    name for name, each in operations().items() if each.definition.get("security") == [{"organizer": []}]
)


@pytest.mark.parametrize("operation_id", OPERATIONS_WITH_A_TOKEN)
async def test_without_a_good_token_nothing_is_answered(site: Site, operation_id: str) -> None:
    mine, other = await site.create(), await site.create()
    names = {"code": mine["code"], "seatTypeId": "not-even-looked-at"}
    bad = [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer made-up"}, {"X-Organizer-Token": ""}]
    bad += [{"Authorization": f"Bearer {other['token']}"}, {"X-Organizer-Token": other["token"]}]
    for headers in bad:
        refusal = await site.call(operation_id, status=401, headers=headers, content=b"nonsense", **names)
        assert refusal["type"] == "unauthorized"
    await site.call(operation_id, status=401, token=mine["token"], **names | {"code": "no-such-conference"})


async def test_the_header_that_static_web_apps_leaves_alone_comes_first(site: Site) -> None:
    created = await site.create()
    headers = {"X-Organizer-Token": created["token"], "Authorization": "Bearer of-static-web-apps"}
    await site.call("getManagedConference", status=200, code=created["code"], headers=headers)


async def test_every_wrong_field_is_named_and_nothing_is_changed(site: Site) -> None:
    created = await site.create()
    whose = {"code": created["code"], "token": created["token"]}
    bad = seat_type_details("x", 100_001, price="50000.01")
    refusal = await site.call("createSeatType", status=422, body=bad, **whose)
    assert {error["path"] for error in refusal["errors"]} == {"name", "quantity", "price"}
    backwards = edited_details(startDate="2027-05-03", endDate="2027-05-02")
    await site.call("updateConference", status=422, body=backwards, **whose)
    managed = await site.call("getManagedConference", status=200, **whose)
    assert managed["seatTypes"] == []
    assert managed["startDate"] == created["startDate"]


async def test_an_organizer_signs_in(site: Site) -> None:
    created = await site.create()
    locator = {"email": created["ownerEmail"].upper(), "accessCode": created["accessCode"].lower()}
    signed_in = await site.call("signIn", status=200, body=locator)
    assert (signed_in["code"], signed_in["expiresAt"]) == (created["code"], "2027-03-01T20:00:00.000Z")
    await site.call("getManagedConference", status=200, code=created["code"], token=signed_in["token"])


async def test_wrong_tries_are_answered_alike_and_then_no_more(site: Site) -> None:
    created = await site.create()
    wrong = {"email": created["ownerEmail"], "accessCode": "WRONG2"}
    answers = [await site.call("signIn", status=401, body=wrong) for _ in range(10)]
    unknown = await site.call("signIn", status=401, body={"email": "nobody@example.com", "accessCode": "WRONG2"})
    assert [*answers, unknown] == [unknown] * 11
    right = {"email": created["ownerEmail"], "accessCode": created["accessCode"]}
    assert (await site.call("signIn", status=429, body=right))["type"] == "too-many-requests"


async def test_orders_are_listed_in_pages(site: Site) -> None:
    created = await site.create()
    whose = {"code": created["code"], "token": created["token"]}
    order = ManagedOrder(
        order_id=ORDER_ID,
        conference_id=UUID(created["id"]),
        placed_at=NOW,
        access_code="ABC234",
        registrant=await site.vault.seal(ORDER_ID, JANE),
        total=99_50,
    )
    site.orders.page = [order, replace(order, refund_due=True)]
    page = await site.call("listOrders", status=200, params={"limit": 2, "continuation": "here"}, **whose)
    assert page["continuation"] == "the next page"
    assert [(each["registrantName"], each["totalAmount"]) for each in page["orders"]] == [("Doe, Jane", "99.50")] * 2
    assert [each.get("refundDue") for each in page["orders"]] == [None, True]
    assert [each["placedAt"] for each in page["orders"]] == ["2027-03-01T12:00:00.000Z"] * 2
    await site.call("listOrders", status=200, **whose)
    assert site.orders.asked == [
        (MANAGED_ORDERS, created["id"], 2, "here"),
        (MANAGED_ORDERS, created["id"], 100, None),
    ]


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "1001"}, {"limit": "ten"}, {"continuation": "nonsense"}])
async def test_a_page_that_cannot_be_is_refused(site: Site, params: dict[str, str]) -> None:
    created = await site.create()
    refusal = await site.call("listOrders", status=422, code=created["code"], token=created["token"], params=params)
    assert [error["path"] for error in refusal["errors"]] == list(params)
