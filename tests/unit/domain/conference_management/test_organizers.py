"""What organizers do: a change is saved and then told, and only whoever holds the secret manages a conference."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from domain.conference_management.conference import (
    Changed,
    Conference,
    CreateConference,
    PublishConference,
    UpdateConference,
    create,
)
from domain.conference_management.events import ConferenceCreated, ConferencePublished, stream_id
from domain.conference_management.ports import Saved, Token
from domain.conference_management.use_cases import MAX_ATTEMPTS, ConferenceManagement, SignedIn
from domain.kernel.attempts import Attempt, TooManyAttempts
from domain.kernel.errors import ConcurrencyConflict, NotPossible, Unavailable
from domain.kernel.messages import Envelope
from tests.simulation.stores import InMemoryConferenceStore
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import ACCESS_CODE, ANOTHER_CONFERENCE, CODE, CONFERENCE, DETAILS, NOW, said

OWNER = "olive@example.com"
CLIENT = "192.0.2.1"
EIGHT_HOURS = timedelta(hours=8)
LATER = NOW + timedelta(seconds=1)
CREATE = CreateConference(
    conference_id=CONFERENCE, code=CODE, details=DETAILS, owner_name="Olive Organizer", owner_email=OWNER
)
CREATE_ANOTHER = CreateConference(
    conference_id=ANOTHER_CONFERENCE, code="another", details=DETAILS, owner_name="Olive Organizer", owner_email=OWNER
)
NEW = create(CREATE).conference
PUBLISH = PublishConference(conference_id=CONFERENCE)


class Conferences(InMemoryConferenceStore):
    """The store, which lets the tests see the secrets of a new conference."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: list[tuple[str, Token]] = []

    async def create(
        self, command: Envelope[CreateConference], changed: Changed, access_code: str, token: Token
    ) -> Saved:
        self.secrets.append((access_code, token))
        return await super().create(command, changed, access_code, token)


class OneOwner:
    """OrganizerAccess for the owner of the one conference."""

    def __init__(self) -> None:
        self.granted: list[Token] = []

    async def sign_in(self, email: str, access_code: str, token: Token) -> str | None:
        if (email, access_code) != (OWNER, ACCESS_CODE):
            return None
        self.granted.append(token)
        return CODE

    async def conference(self, code: str, token: str, now: datetime) -> Conference | None:
        good = any(each.secret == token and now < each.expires_at for each in self.granted)
        return NEW if good and code == CODE else None


class WrongTries:
    """AttemptLimiter that writes down what it counts: purpose, target and client."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, str, str]] = []
        self.too_many = False

    @asynccontextmanager
    async def guard(self, purpose: str, target: str, client: str) -> AsyncIterator[Attempt]:
        if self.too_many:
            raise TooManyAttempts(60)
        attempt = Attempt()
        yield attempt
        if not attempt.right:
            self.counted.append((purpose, target, client))


@pytest.fixture
def store() -> Conferences:
    return Conferences()


@pytest.fixture
def bus() -> InMemoryBus:
    return InMemoryBus()


@pytest.fixture
def tries() -> WrongTries:
    return WrongTries()


@pytest.fixture
def management(store: Conferences, bus: InMemoryBus, tries: WrongTries) -> ConferenceManagement:
    return ConferenceManagement(store, OneOwner(), tries, bus)


async def creation(management: ConferenceManagement, command: CreateConference = CREATE) -> Conference:
    return await management.create(said(command, f"create {command.code}"), access_code=ACCESS_CODE, token="first")


async def sign_in(management: ConferenceManagement, access_code: str = ACCESS_CODE) -> SignedIn | None:
    return await management.sign_in(email=OWNER, access_code=access_code, client=CLIENT, token="signed in", now=NOW)


def told(bus: InMemoryBus) -> list[type]:
    return [type(event.message) for commit in bus.published for event in commit.recorded()]


# Change


async def test_a_new_conference_is_saved_and_told_and_its_organizer_is_signed_in(management, store, bus) -> None:
    assert await creation(management) == NEW
    assert told(bus) == [ConferenceCreated]
    assert store.secrets == [(ACCESS_CODE, Token(secret="first", expires_at=NOW + EIGHT_HOURS))]


async def test_a_change_is_saved_and_told(management, bus) -> None:
    await creation(management)
    conference = await management.change(said(PUBLISH, "publish"))
    assert conference.is_published
    assert told(bus) == [ConferenceCreated, ConferencePublished]


async def test_what_was_told_is_not_told_again(management, store, bus) -> None:
    await creation(management)
    assert store.events.unpublished == {}
    await management.change(said(UpdateConference(conference_id=CONFERENCE, details=DETAILS), "no change"))
    assert await management.publish_unpublished(LATER) == 0
    assert bus.calls == ["publish"]


async def test_a_refused_change_is_neither_tried_again_nor_told(management, store, bus) -> None:
    await creation(management)
    with pytest.raises(NotPossible):
        await management.create(said(CREATE, "the same slug"), access_code=ACCESS_CODE, token="second")
    assert store.calls.count("create") == 2
    assert told(bus) == [ConferenceCreated]


async def test_whoever_was_overtaken_changes_what_the_faster_one_left(management, store) -> None:
    await creation(management)
    store.fail("commit", ConcurrencyConflict("overtaken"))
    assert (await management.change(said(PUBLISH, "publish"))).is_published
    assert store.calls.count("change") == 2


async def test_a_conflict_that_never_ends_is_told_to_the_caller(management, store) -> None:
    await creation(management)
    store.fail("change", ConcurrencyConflict("busy"), times=MAX_ATTEMPTS)
    with pytest.raises(ConcurrencyConflict, match=f"gave up after {MAX_ATTEMPTS} attempts"):
        await management.change(said(PUBLISH, "publish"))
    assert store.calls.count("change") == MAX_ATTEMPTS


# Publish


async def test_a_bus_that_does_not_answer_leaves_the_events_to_the_timer_and_the_change_successful(
    management, bus
) -> None:
    bus.fail("publish", Unavailable("no answer"))
    assert await creation(management) == NEW
    assert bus.published == []
    assert await management.publish_unpublished(LATER) == 1
    assert told(bus) == [ConferenceCreated]


async def test_the_timer_leaves_alone_what_is_being_published_right_now(management, bus) -> None:
    bus.fail("publish", Unavailable("no answer"))
    await creation(management)
    assert await management.publish_unpublished(NOW) == 0
    assert bus.published == []


async def test_the_timer_publishes_one_conference_after_the_other(management, bus) -> None:
    bus.fail("publish", Unavailable("no answer"), times=3)
    for command in (CREATE, CREATE_ANOTHER):
        await creation(management, command)
    await management.change(said(PUBLISH, "publish"))
    bus.calls.clear()

    assert await management.publish_unpublished(LATER) == 3
    assert bus.calls == ["publish", "publish"]
    assert [(commit.stream_id, commit.version) for commit in bus.published] == [
        (stream_id(CONFERENCE), 1),
        (stream_id(CONFERENCE), 2),
        (stream_id(ANOTHER_CONFERENCE), 1),
    ]
    assert await management.publish_unpublished(LATER) == 0


async def test_the_timer_says_when_the_bus_does_not_answer(management, bus) -> None:
    bus.fail("publish", Unavailable("no answer"), times=2)
    await creation(management)
    with pytest.raises(Unavailable):
        await management.publish_unpublished(LATER)


# Sign in


async def test_an_owner_signs_in_for_eight_hours(management) -> None:
    assert await sign_in(management) == SignedIn(code=CODE, expires_at=NOW + EIGHT_HOURS)
    almost = NOW + EIGHT_HOURS - timedelta(seconds=1)
    assert await management.managed(code=CODE, token="signed in", now=almost) == NEW
    assert await management.managed(code=CODE, token="signed in", now=NOW + EIGHT_HOURS) is None


async def test_a_wrong_access_code_lets_nobody_in_and_is_counted(management, tries) -> None:
    assert await sign_in(management, "WRONG2") is None
    assert await management.managed(code=CODE, token="signed in", now=NOW) is None
    assert tries.counted == [("sign-in", OWNER, CLIENT)]


async def test_a_right_access_code_is_not_counted(management, tries) -> None:
    await sign_in(management)
    assert tries.counted == []


async def test_after_too_many_wrong_tries_a_right_one_is_refused_too(management, tries) -> None:
    tries.too_many = True
    with pytest.raises(TooManyAttempts) as refusal:
        await sign_in(management)
    assert refusal.value.retry_after == 60
    assert await management.managed(code=CODE, token="signed in", now=NOW) is None
