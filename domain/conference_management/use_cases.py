"""What organizers do, over the ports: save the change with its events in one transaction, then publish those."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from domain.conference_management.conference import Conference, ConferenceChange, CreateConference, change, create
from domain.conference_management.ports import ConferenceStore, OrganizerAccess, Saved, Token
from domain.kernel.attempts import AttemptLimiter
from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.messages import Commit, Envelope
from domain.kernel.ports import MessageBus

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 20
TOKEN_LIFETIME = timedelta(hours=8)
SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The token given is good until `expires_at` for the conference `code`."""

    code: str
    expires_at: datetime


class ConferenceManagement:
    """The organizer's side of the system. Every method raises Unavailable when SQL does not answer.

    What is saved has succeeded: events that the bus did not take stay unpublished for the timer.
    """

    def __init__(
        self, store: ConferenceStore, organizers: OrganizerAccess, attempts: AttemptLimiter, bus: MessageBus
    ) -> None:
        self._store = store
        self._organizers = organizers
        self._attempts = attempts
        self._bus = bus

    async def create(self, command: Envelope[CreateConference], *, access_code: str, token: str) -> Conference:
        """Begin a conference; its organizer is signed in with `token`. Raises NotPossible `slug-taken`."""
        changed = create(command.message)
        first = Token(secret=token, expires_at=command.time + TOKEN_LIFETIME)
        return await self._save(lambda: self._store.create(command, changed, access_code, first))

    async def change(self, command: Envelope[ConferenceChange]) -> Conference:
        """Change a conference; gives it as it is after. Raises NotFound and NotPossible."""
        return await self._save(lambda: self._store.change(command, partial(change, command.message)))

    async def sign_in(self, *, email: str, access_code: str, client: str, token: str, now: datetime) -> SignedIn | None:
        """Make `token` good for the conference that this e-mail and access code are of; None when they are of none.

        `client` is the address she asks from. Raises TooManyAttempts.
        """
        granted = Token(secret=token, expires_at=now + TOKEN_LIFETIME)
        async with self._attempts.guard(SIGN_IN, email, client) as attempt:
            code = await self._organizers.sign_in(email, access_code, granted)
            if code is not None:
                attempt.succeeded()
        return SignedIn(code=code, expires_at=granted.expires_at) if code is not None else None

    async def managed(self, *, code: str, token: str, now: datetime) -> Conference | None:
        """The conference `code`, for whoever holds a token good for it; None for everybody else."""
        return await self._organizers.conference(code, token, now)

    async def publish_unpublished(self, older_than: datetime) -> int:
        """Publish what has stayed unpublished since before `older_than`; gives how many commits. Raises Unavailable."""
        commits = await self._store.unpublished(older_than)
        for _, stream in groupby(commits, key=lambda commit: commit.stream_id):
            await self._publish(list(stream))
        return len(commits)

    async def _save(self, transaction: Callable[[], Awaitable[Saved]]) -> Conference:
        for _ in range(MAX_ATTEMPTS):
            try:
                saved = await transaction()
            except ConcurrencyConflict:
                continue
            try:
                await self._publish(saved.unpublished)
            except Unavailable as unavailable:
                logger.warning("events of conference %s stay unpublished: %s", saved.conference.id, unavailable)
            return saved.conference
        raise ConcurrencyConflict(f"gave up after {MAX_ATTEMPTS} attempts")

    async def _publish(self, commits: Sequence[Commit]) -> None:
        if commits:
            await self._bus.publish(commits)
            await self._store.mark_published(commits)
