"""What conference management needs from the world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.conference_management.conference import Changed, Conference, ConferenceChange, CreateConference
from domain.kernel.messages import Commit, Envelope

Script = Callable[[Conference], Changed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An organizer's bearer token: opaque, random, good until `expires_at` for one conference."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The conference after the transaction, and all its commits that are not published yet, lowest version first."""

    conference: Conference
    unpublished: Sequence[Commit]


class ConferenceStore(Protocol):
    """Conferences and their events, changed in one transaction. Every method raises Unavailable.

    A command handled before changes nothing and gives the conference as it is now.
    """

    async def create(
        self, command: Envelope[CreateConference], changed: Changed, access_code: str, token: Token
    ) -> Saved:
        """Keep a new conference, the hash of its access code and a first token.

        Raises NotPossible `slug-taken` when another conference has its code in any letter case.
        """

    async def change(self, command: Envelope[ConferenceChange], script: Script) -> Saved:
        """Run `script` on the conference. Raises what it raises, NotFound, and ConcurrencyConflict: try again."""

    async def unpublished(self, older_than: datetime) -> Sequence[Commit]:
        """Commits not marked published whose cause is older than `older_than`, by stream, lowest version first."""

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        """Their events are on the bus. Harmless when repeated."""


class OrganizerAccess(Protocol):
    """Who may manage which conference. Every method raises Unavailable."""

    async def sign_in(self, email: str, access_code: str, token: Token) -> str | None:
        """Make `token` good for the conference of this owner (any letter case) and access code; gives its code.

        None when there is none; that takes as long as finding one.
        """

    async def conference(self, code: str, token: str, now: datetime) -> Conference | None:
        """The conference of this code, if `token` is good for it now."""
