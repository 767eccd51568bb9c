"""What every ConferenceStore must do. Subclass it where there is a fixture `store`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.conference_management.conference import (
    AddSeatType,
    ConferenceChange,
    CreateConference,
    PublishConference,
    SeatType,
    UpdateConference,
    change,
    create,
)
from domain.conference_management.events import ConferenceCreated, ConferencePublished, SeatCreated, stream_id
from domain.conference_management.ports import Saved, Token
from domain.kernel.errors import ConcurrencyConflict, NotFound, NotPossible
from domain.kernel.messages import Commit, Envelope
from tests.support.vocabulary import DETAILS, GENERAL, NOW

LATER = NOW + timedelta(minutes=1)


def said(message: Any, message_id: str | None = None) -> Envelope[Any]:
    return Envelope(
        message=message,
        message_id=message_id or str(uuid4()),
        correlation_id="a conversation",
        causation_id="somebody",
        time=NOW,
    )


def creation(conference_id: UUID, code: str) -> CreateConference:
    return CreateConference(
        conference_id=conference_id, code=code, details=DETAILS, owner_name="Ann", owner_email="ann@example.com"
    )


async def created(store: Any, *, code: str | None = None, message_id: str | None = None) -> Saved:
    """A conference that has just been created; each has a code of its own unless told otherwise."""
    conference_id = uuid4()
    command = said(creation(conference_id, code or f"c-{conference_id.hex}"), message_id)
    token = Token(secret=uuid4().hex, expires_at=LATER)
    saved: Saved = await store.create(command, create(command.message), "ABC234", token)
    return saved


async def changed(store: Any, message: ConferenceChange, message_id: str | None = None) -> Saved:
    saved: Saved = await store.change(said(message, message_id), partial(change, message))
    return saved


def seat_type(conference_id: UUID) -> AddSeatType:
    general = SeatType(id=uuid4(), name="General admission", description="", quantity=7, price=199_00)
    return AddSeatType(conference_id=conference_id, seat_type=general)


def kinds(commits: Sequence[Commit]) -> list[type[Any]]:
    return [type(event) for commit in commits for event in commit.events]


class ConferenceStoreContract:
    """The port's promises, each of them once."""

    async def test_a_new_conference_has_told_of_itself_and_nobody_has_been_told(self, store: Any) -> None:
        saved = await created(store)
        assert kinds(saved.unpublished) == [ConferenceCreated]
        assert [commit.version for commit in saved.unpublished] == [1]

    async def test_a_change_builds_on_the_one_before(self, store: Any) -> None:
        conference_id = (await created(store)).conference.id
        await changed(store, seat_type(conference_id))
        saved = await changed(store, PublishConference(conference_id=conference_id))
        assert saved.conference.is_published
        assert kinds(saved.unpublished) == [ConferenceCreated, SeatCreated, ConferencePublished]
        assert [(commit.version, commit.last_version) for commit in saved.unpublished] == [(1, 1), (2, 3)]

    async def test_a_command_handled_before_changes_nothing(self, store: Any) -> None:
        conference_id = (await created(store)).conference.id
        message = seat_type(conference_id)
        once = await changed(store, message, "the same")
        again = await changed(store, message, "the same")
        assert len(once.conference.seat_types) == 1
        assert again.conference == once.conference
        assert list(again.unpublished) == list(once.unpublished)

    async def test_a_code_is_taken_whatever_its_letter_case(self, store: Any) -> None:
        code = f"Summit-{uuid4().hex}"
        await created(store, code=code)
        with pytest.raises(NotPossible) as refused:
            await created(store, code=code.upper())
        assert refused.value.reason == "slug-taken"

    async def test_there_is_nothing_to_change_about_no_conference(self, store: Any) -> None:
        with pytest.raises(NotFound):
            await changed(store, PublishConference(conference_id=uuid4()))

    async def test_what_a_script_refuses_changes_nothing(self, store: Any) -> None:
        conference_id = (await created(store)).conference.id
        unknown = SeatType(id=GENERAL, name="General admission", description="", quantity=1, price=0)

        def refuse(_: Any) -> Any:
            raise NotFound(f"there is no seat type {unknown.id}")

        with pytest.raises(NotFound):
            await store.change(said(PublishConference(conference_id=conference_id), "refused"), refuse)
        saved = await changed(store, PublishConference(conference_id=conference_id), "refused")
        assert saved.conference.is_published

    async def test_what_was_published_is_not_left_behind(self, store: Any) -> None:
        saved = await created(store)
        stream = stream_id(saved.conference.id)
        await store.mark_published(saved.unpublished)
        await store.mark_published(saved.unpublished)
        left = await changed(store, PublishConference(conference_id=saved.conference.id))
        assert kinds(left.unpublished) == [ConferencePublished]
        of_this = [commit for commit in await store.unpublished(LATER) if commit.stream_id == stream]
        assert of_this == list(left.unpublished)
        assert [commit for commit in await store.unpublished(NOW) if commit.stream_id == stream] == []

    async def test_events_are_read_from_where_one_stands(self, store: Any) -> None:
        conference_id = (await created(store)).conference.id
        await changed(store, seat_type(conference_id))
        await changed(store, PublishConference(conference_id=conference_id))
        stream = stream_id(conference_id)
        for after in range(4):
            recorded = await store.read_events(stream, after)
            assert [event.version for event in recorded] == list(range(after + 1, 4))

    async def test_many_who_change_one_conference_at_once_lose_nothing(self, store: Any) -> None:
        conference_id = (await created(store)).conference.id

        async def add_one() -> None:
            message = seat_type(conference_id)
            while True:
                try:
                    await changed(store, message)
                except ConcurrencyConflict:
                    continue
                return

        await asyncio.gather(*(add_one() for _ in range(8)))
        saved = await changed(store, UpdateConference(conference_id=conference_id, details=DETAILS))
        assert len(saved.conference.seat_types) == 8
