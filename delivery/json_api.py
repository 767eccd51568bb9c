"""JSON over HTTP with the standard library alone: what tests a release must not need what is released."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

TIMEOUT_SECONDS = 40.0
"""Longer than the API lets anybody wait for an order."""
_SHOWN_CHARACTERS = 300


class ApiError(Exception):
    """The API did not answer, or not as expected. The text says what was asked and what came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the JSON that came with it."""

    status: int
    body: Json


class JsonApi:
    """The API below `base_url`, such as https://example.azurewebsites.net."""

    def __init__(self, base_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout_seconds = timeout_seconds

    def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (200,),
    ) -> Answer:
        """The answer, if its status is one of those expected. Raises ApiError."""
        asked = f"{method} {self.base_url}{path}"
        status, media_type, content = self._send(asked, method, path, body, headers or {})
        is_json = media_type.partition(";")[0].strip().endswith("json")
        answer = _parsed(content) if is_json else None
        if status not in expect:
            raise ApiError(f"{asked} answered {status}, {_problem(answer, content)}")
        if answer is None:
            raise ApiError(f"{asked} answered {status} with {media_type or 'nothing'}; is this the right site?")
        return Answer(status, answer)

    def _send(
        self, asked: str, method: str, path: str, body: Json | None, headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        data = None if body is None else json.dumps(body).encode()
        sent = {"Accept": "application/json", "User-Agent": "contoso-smoke-test", **headers}
        if data is not None:
            sent["Content-Type"] = "application/json"
        request = urllib.request.Request(self.base_url + path, data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_seconds) as response:
                return response.status, response.headers.get("Content-Type", ""), response.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.headers.get("Content-Type", ""), refusal.read()
        except (OSError, http.client.HTTPException) as error:  # URLError is an OSError
            raise ApiError(f"{asked}: no answer ({getattr(error, 'reason', None) or error!r})") from error


def _parsed(content: bytes) -> Json | None:
    try:
        parsed = json.loads(content)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _problem(answer: Json | None, content: bytes) -> str:
    if answer and "type" in answer:
        return ": ".join(str(answer[member]) for member in ("type", "detail") if answer.get(member))
    return content.decode(errors="replace")[:_SHOWN_CHARACTERS] or "and nothing else"
