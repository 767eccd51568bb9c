"""The demo conference, made through the public HTTP API as an organizer would make it."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from local.whole_files import write_whole

log = logging.getLogger(__name__)
SLUG = "cqrs-summit"
OWNER_EMAIL = "organizer@contoso.example"
_CONFERENCE = {
    "name": "CQRS summit 2027",
    "description": "Three days on commands, queries, events and what lies between them.",
    "location": "Seattle, Washington",
    "tagline": "Learn from those who built it",
    "startDate": "2027-06-14",
    "endDate": "2027-06-16",
    "slug": SLUG,
    "ownerName": "Demo Organizer",
    "ownerEmail": OWNER_EMAIL,
}
_SEAT_TYPES = (
    {"name": "General admission", "description": "All talks of all days.", "price": "199.00", "quantity": 300},
    {"name": "CQRS Workshop", "description": "A day of practice with the team.", "price": "500.00", "quantity": 100},
    {
        "name": "Additional cocktail party",
        "description": "The evening of the second day.",
        "price": "50.00",
        "quantity": 120,
    },
)
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
_UNAVAILABLE = 503


class DemoError(Exception):
    """The API did not take the demo data."""


class ApiAwayError(DemoError):
    """It did not answer, or said that it cannot now."""


@dataclass(frozen=True, slots=True)
class DemoConference:
    """How its organizer signs in. `access_code` is None when the conference was made by somebody else."""

    email: str
    access_code: str | None


async def seed(session: aiohttp.ClientSession, api_url: str, kept: Path) -> DemoConference:
    """Make the conference once; `kept` remembers the access code. Goes on where an interrupted run ended.

    Raises DemoError with the API's answer when it refuses, or is away for longer than its restart takes.
    """
    api = _Api(session, api_url)
    for pause in _PAUSES:
        try:
            return await _seed(api, kept)
        except ApiAwayError as error:
            log.warning("The demo conference cannot be made yet: %s", error)
        await asyncio.sleep(pause)
    return await _seed(api, kept)


async def _seed(api: _Api, kept: Path) -> DemoConference:
    status, created = await api.call("POST", "/api/management/conferences", _CONFERENCE, expect=(201, 409))
    if status == 201:
        access_code, token = str(created["accessCode"]), str(created["token"])
        _keep(kept, access_code)
    elif (known := _kept(kept)) is not None:
        access_code = known
        credentials = {"email": OWNER_EMAIL, "accessCode": access_code}
        _, signed_in = await api.call("POST", "/api/management/sign-in", credentials, expect=(200,))
        token = str(signed_in["token"])
    else:
        return DemoConference(OWNER_EMAIL, None)
    await _complete(api, token)
    return DemoConference(OWNER_EMAIL, access_code)


def _keep(path: Path, access_code: str) -> None:
    write_whole(path, json.dumps({"slug": SLUG, "email": OWNER_EMAIL, "accessCode": access_code}).encode())


def _kept(path: Path) -> str | None:
    """The access code; None where there is none to be read."""
    try:
        return str(json.loads(path.read_bytes())["accessCode"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        if path.exists():
            log.warning("%s cannot be read: %s", path, error)
        return None


async def _complete(api: _Api, token: str) -> None:
    path = f"/api/management/conferences/{SLUG}"
    _, conference = await api.call("GET", path, None, expect=(200,), token=token)
    present = {seat_type["name"] for seat_type in conference["seatTypes"]}
    for seat_type in _SEAT_TYPES:
        if seat_type["name"] not in present and not conference["wasEverPublished"]:
            await api.call("POST", f"{path}/seat-types", seat_type, expect=(201,), token=token)
    if not conference["wasEverPublished"]:
        await api.call("POST", f"{path}/publish", None, expect=(200,), token=token)


@dataclass(frozen=True, slots=True)
class _Api:
    session: aiohttp.ClientSession
    url: str

    async def call(
        self, method: str, path: str, body: Any, *, expect: tuple[int, ...], token: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self.session.request(method, self.url + path, json=body, headers=headers) as response:
                answer = await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ApiAwayError(f"{method} {path}: {error!r}") from error
        if response.status == _UNAVAILABLE:
            raise ApiAwayError(f"{method} {path} answered {response.status}: {answer[:500]}")
        if response.status not in expect:
            raise DemoError(f"{method} {path} answered {response.status}: {answer[:500]}")
        return response.status, json.loads(answer)
