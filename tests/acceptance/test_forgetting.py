"""Forgetting who registered: nobody can read it any more, wherever it has been copied to."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.rebuild import VIEWS
from tests.support.api import Api
from tests.support.conferences import OrganizedConference
from tests.support.patience import eventually
from tests.support.registrants import Registrant, person
from tests.support.stack import Stack
from tests.support.stores import Stores
from tests.support.vocabulary import NOBODYS_CODE

SEATS = {"General admission": 2}
LAST_NAME = "Quixplatz-Forgettable"
REGISTRANT = person("Zebulonia", LAST_NAME, "Zebulonia.Quixplatz@forgettable.example")
ATTENDEE = person("Bartholomäus", "Wunderlich-Vergessen", "b.wunderlich@vergessen.example")


@pytest.fixture(scope="module")
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {"General admission": 100})


@pytest.fixture
def registrant(conference: OrganizedConference) -> Registrant:
    """Confirmed, and not alone."""
    registrant = Registrant(conference)
    registrant.details = REGISTRANT
    registrant.registers(SEATS)
    eventually(lambda: conference.api.assignments(registrant.order_id).status == 200, "her seats")
    conference.api.assign_seat(registrant.order_id, 0, ATTENDEE).expect(200)
    eventually(lambda: _attendees(registrant) == [ATTENDEE, None], "her guest on his seat")
    return registrant


def _attendees(registrant: Registrant) -> list[object]:
    seats = registrant.api.assignments(registrant.order_id).expect(200)["seats"]
    return [seat["attendee"] for seat in seats]


def _spellings(text: str) -> Iterator[bytes]:
    """How a text may lie in a file."""
    for plain in {text, text.lower(), text.upper()}:
        yield plain.encode()
        yield plain.encode("utf-16-le")
        yield plain.encode("unicode_escape")
        for shift in range(3):
            # Base64 of a text differs by where it begins; its ends depend on the neighbours.
            yield base64.b64encode(b"x" * shift + plain.encode())[4:-4]


def _files_telling(folder: Path, *texts: str) -> list[str]:
    wanted = {spelling for text in texts for spelling in _spellings(text)}
    telling = []
    for directory, _, names in os.walk(folder):
        for name in names:
            content = (Path(directory) / name).read_bytes()
            if any(spelling in content for spelling in wanted):
                telling.append(str(Path(directory, name).relative_to(folder)))
    return telling


def _wait_until_the_tables_are_saved(stack: Stack, stores: Stores, order_id: str) -> None:
    """Azurite saves every few seconds: its file must have what the views say of the order now."""

    def saved() -> bool:
        documents = [row.document.decode() for view in VIEWS for _, row in stores.view(view)]
        hers = [json.dumps(document, ensure_ascii=False) for document in documents if order_id in document]
        file = (stack.state_directory / "azurite/__azurite_db_table__.json").read_text(encoding="utf-8")
        return bool(hers) and all(document in file for document in hers)

    eventually(saved, "the tables saved")


def test_what_people_are_called_is_in_no_file_of_any_store_at_any_time(
    stack: Stack, stores: Stores, conference: OrganizedConference, registrant: Registrant
) -> None:
    names = [text for who in (REGISTRANT, ATTENDEE) for text in (who["lastName"], who["email"])]
    _wait_until_the_tables_are_saved(stack, stores, registrant.order_id)
    assert _files_telling(stack.state_directory / "azurite", registrant.order_id), "the search finds nothing at all"
    assert _files_telling(stack.state_directory, *names) == []
    registrant.api.forget_registrant(registrant.order_id, access_code=registrant.order["accessCode"]).expect(204)
    eventually(lambda: _forgotten(registrant) and _listed_as_forgotten(conference, registrant), "the views rewritten")
    _wait_until_the_tables_are_saved(stack, stores, registrant.order_id)
    assert _files_telling(stack.state_directory, *names) == []


def test_she_is_forgotten_and_her_seats_and_her_money_stay(
    conference: OrganizedConference, registrant: Registrant
) -> None:
    before = registrant.api.order(registrant.order_id).expect(200)
    code = before["accessCode"].lower()
    registrant.api.forget_registrant(registrant.order_id, access_code=code).expect(204)
    after = eventually(lambda: _forgotten(registrant), "her order without her name")
    kept = ("state", "lines", "total", "accessCode", "assignmentsId")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["registrant"] is None
    assert _attendees(registrant) == [None, None]
    managed = eventually(lambda: _listed_as_forgotten(conference, registrant), "the organizer's list without her name")
    assert (managed["registrantName"], managed["registrantEmail"], managed["status"]) == (None, None, "paid")
    assert [seat["attendee"] for seat in managed["attendees"]] == [None, None]
    assert managed["totalAmount"] == before["total"]


def _forgotten(registrant: Registrant) -> dict[str, object] | None:
    order: dict[str, object] = registrant.api.order(registrant.order_id).expect(200)
    return order if order.get("registrantForgotten") else None


def _listed_as_forgotten(conference: OrganizedConference, registrant: Registrant) -> dict[str, Any] | None:
    order = conference.order(registrant.order_id)
    return order if order and order.get("registrantForgotten") else None


def test_whoever_is_forgotten_is_not_found_again_and_seats_nobody(registrant: Registrant) -> None:
    api, code = registrant.api, registrant.order["accessCode"]
    for _ in range(2):
        api.forget_registrant(registrant.order_id, access_code=code).expect(204)
    api.locate_order(REGISTRANT["email"], code).refused(404, "not-found")
    api.assign_seat(registrant.order_id, 1, ATTENDEE).refused(409, "registrant-forgotten")
    api.assign_registrant(registrant.order_id, REGISTRANT).refused(409, "registrant-forgotten")


def test_the_organizer_forgets_a_registrant_of_hers_and_nobody_elses(
    conference: OrganizedConference, registrant: Registrant
) -> None:
    api, stranger = registrant.api, OrganizedConference.create(registrant.api)
    api.forget_registrant(registrant.order_id, token=stranger.token).refused(401, "unauthorized")
    assert registrant.api.order(registrant.order_id).expect(200)["registrant"] == REGISTRANT
    api.forget_registrant(registrant.order_id, token=conference.token).expect(204)
    assert registrant.api.order(registrant.order_id).expect(200)["registrant"] is None


def test_nobody_forgets_without_the_access_code(registrant: Registrant) -> None:
    api = registrant.api
    api.forget_registrant(registrant.order_id).refused(401, "unauthorized")
    for _ in range(9):
        api.forget_registrant(registrant.order_id, access_code=NOBODYS_CODE).refused(401, "unauthorized")
    right = registrant.order["accessCode"]
    api.forget_registrant(registrant.order_id, access_code=right).refused(429, "too-many-requests")
    assert api.order(registrant.order_id).expect(200)["registrant"] == REGISTRANT


def test_an_order_under_way_keeps_its_registrant(conference: OrganizedConference) -> None:
    registrant = Registrant(conference)
    registrant.asks_for(SEATS).expect(201)
    registrant.waits_for_reservation()
    code = registrant.order["accessCode"]
    registrant.api.forget_registrant(registrant.order_id, access_code=code).refused(409, "order-open")
