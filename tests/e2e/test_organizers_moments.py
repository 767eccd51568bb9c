"""What organizers see only for a moment, for everybody and on every screen."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from domain.kernel.attempts import MAX_WRONG_TRIES
from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference, conference_details
from tests.support.moments import NOBODYS_CODE, Moment, Moments, Stage, tries
from tests.support.visitor import Visitor

MOMENTS = Moments()


# Nothing is there yet


@MOMENTS.lasting
def new_conference(stage: Stage) -> Iterator[None]:
    _signs_in_to_a_new_one(stage, "")
    stage.visitor.reads("It has no seats yet")
    yield


@MOMENTS.lasting
def no_seat_types(stage: Stage) -> Iterator[None]:
    _signs_in_to_a_new_one(stage, "/seat-types")
    stage.visitor.reads("There are no seat types yet")
    yield


@MOMENTS.lasting
def no_orders(stage: Stage) -> Iterator[None]:
    _signs_in_to_a_new_one(stage, "/orders")
    stage.visitor.reads("Nobody has ordered yet.")
    yield


# An organizer is asked, or told


@MOMENTS.lasting
def access_code_shown_once(stage: Stage) -> Iterator[None]:
    stage.visitor.creates_a_conference(conference_details())
    yield


@MOMENTS.passing
def faults_in_a_new_conference(stage: Stage) -> Iterator[None]:
    stage.visitor.opens("/organizer/create/conference")
    stage.visitor.fills(startDate="2027-05-03", endDate="2027-05-02", slug="no spaces", ownerEmail="olive")
    stage.visitor.presses("Create the conference")
    expect(stage.visitor.page.locator("#endDate-fault")).not_to_be_empty()
    yield


@MOMENTS.passing
def asked_before_publishing(stage: Stage) -> Iterator[None]:
    _signs_in_to_a_new_one(stage, "")
    stage.visitor.presses("Publish")
    expect(stage.visitor.page.get_by_role("dialog")).to_be_visible()
    yield


@MOMENTS.passing
def editing_a_seat_type(stage: Stage) -> Iterator[None]:
    conference = stage.conference()
    _signs_in(stage, conference, "/seat-types")
    stage.visitor.page.get_by_role("button", name="Edit").first.click()
    form = stage.visitor.page.get_by_role("form", name=f"Edit {GENERAL}")
    form.get_by_label("Number of seats").fill("many")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("Number of seats")).to_have_attribute("aria-invalid", "true")
    yield


@MOMENTS.passing
def signed_out_at_work(stage: Stage) -> Iterator[None]:
    conference = stage.conference()
    _signs_in(stage, conference, "/details")
    with stage.visitor.answered("**/api/management/conferences/*", 401):
        stage.visitor.presses("Save the details")
        expect(stage.visitor.page.get_by_role("dialog", name="Sign in again")).to_be_visible()
        yield


@MOMENTS.passing
def too_many_tries_to_sign_in(stage: Stage) -> Iterator[None]:
    email = f"{uuid4().hex}@example.com"
    for _ in range(MAX_WRONG_TRIES):
        stage.api.sign_in(email, NOBODYS_CODE).expect(401)
    tries(stage.visitor, "/organizer", email, "Sign in")
    stage.visitor.reads("Too many wrong tries")
    yield


@pytest.mark.parametrize("moment", MOMENTS.all, ids=lambda moment: moment.name)
def test_it_is_for_everybody_and_fits_every_screen(
    moment: Moment, visitor: Visitor, api: Api, bus: BusInspector
) -> None:
    moment.look_at(Stage(visitor, api, bus))


def _signs_in(stage: Stage, conference: OrganizedConference, page: str) -> None:
    stage.visitor.signs_in(conference.owner_email, conference.access_code)
    if page:
        stage.visitor.opens(f"/organizer/{conference.code}{page}")


def _signs_in_to_a_new_one(stage: Stage, page: str) -> None:
    _signs_in(stage, OrganizedConference.create(stage.api), page)
