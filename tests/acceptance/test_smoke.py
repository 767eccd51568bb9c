"""The smoke test of a release, against the local Azure: it passes, and it says what is wrong when something is."""

from __future__ import annotations

import http.server
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.support.api import Api
from tests.support.patience import eventually
from tests.support.stack import PROJECT_ROOT, Stack

SECONDS = 240
Response = tuple[int, bytes]
Respond = Callable[[str, str, bytes, dict[str, str]], Response]
"""Method, path, body and headers to a status and a body in JSON."""


def smoke_test(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "delivery.smoke", "--base-url", url, *arguments]
    return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """The URL of a server that answers as told."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, content = respond(self.command, self.path, body, dict(self.headers.items()))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def loses_payments(stack: Stack) -> Iterator[str]:
    """The URL of an API that takes every payment and forgets it, so that no order is ever confirmed."""
    with httpx.Client(base_url=stack.api_url, timeout=SECONDS, trust_env=False) as client:

        def respond(method: str, path: str, body: bytes, headers: dict[str, str]) -> Response:
            if path.endswith("/complete"):
                return 202, b'{"orderId": "6f1c8ef0-58a5-4f8c-9f6b-6c1ad4c4b8a5"}'
            passed_on = {name: headers[name] for name in ("Content-Type", "X-Organizer-Token") if name in headers}
            response = client.request(method, path, content=body, headers=passed_on)
            return response.status_code, response.content

        with serving(respond) as url:
            yield url


def conference_of(output: str) -> str:
    found = re.search(r"conference (smoke-\S+) created", output)
    assert found, output
    return found[1]


def is_offered(api: Api, code: str) -> bool:
    listed = code in [conference["code"] for conference in api.conferences().expect(200)]
    return listed or api.conference(code).status != 404


@pytest.mark.parametrize("where", ["api_url", "web_url"])
def test_a_whole_registration_goes_well(stack: Stack, api: Api, where: str) -> None:
    done = smoke_test(getattr(stack, where), "--release", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("ready", "seat reserved", "paid", "order confirmed", "somebody seated", "conference unpublished"):
        assert re.search(rf"^ok +\d+ ms  {step}$", done.stdout, re.MULTILINE), done.stdout
    assert not is_offered(api, conference_of(done.stdout))


def test_an_order_that_is_never_confirmed_fails_and_says_so(stack: Stack, api: Api) -> None:
    with loses_payments(stack) as url:
        done = smoke_test(url, "--patience", "10")
    assert done.returncode == 1, done.stdout
    assert re.search(r"^FAILED +\d+ ms  order confirmed$", done.stdout, re.MULTILINE), done.stdout
    assert "is not confirmed after 10 s: its state is reservationCompleted" in done.stderr
    assert "parked-messages" in done.stderr
    code = conference_of(done.stdout)
    eventually(lambda: not is_offered(api, code), "the conference taken off the site")


def test_another_release_than_the_expected_one_fails(stack: Stack) -> None:
    done = smoke_test(stack.api_url, "--release", "v9.9.9", "--patience", "0.2")
    assert done.returncode == 1
    assert "is not release v9.9.9 healthy" in done.stderr
    assert "release dev says" in done.stderr


def test_a_sick_app_fails_with_what_it_says_of_itself() -> None:
    health = {"status": "unhealthy", "release": "v1", "checks": {"sql": "no answer within 3 s"}}
    with serving(lambda *_: (503, json.dumps(health).encode())) as url:
        done = smoke_test(url, "--patience", "0.2")
    assert done.returncode == 1
    assert "'sql': 'no answer within 3 s'" in done.stderr
    assert "conference" not in done.stdout


def test_a_refusal_is_told_as_the_api_told_it() -> None:
    with serving(_refuses_conferences) as url:
        done = smoke_test(url)
    assert done.returncode == 1
    assert f"POST {url}/api/management/conferences answered 422, invalid: The slug is too long." in done.stderr


def _refuses_conferences(method: str, *_: Any) -> Response:
    if method == "GET":
        return 200, b'{"status": "healthy"}'
    return 422, b'{"type": "invalid", "title": "Invalid", "detail": "The slug is too long."}'


def test_a_url_where_nobody_answers_is_named() -> None:
    with serving(lambda *_: (200, b"{}")) as url:
        pass
    done = smoke_test(url, "--patience", "0.2")
    assert done.returncode == 1
    assert f"{url}/api/health/ready: no answer (" in done.stderr


def test_a_site_that_is_not_ours_is_named() -> None:
    with serving(lambda *_: (200, b"[]")) as url:
        done = smoke_test(url, "--patience", "0.2")
    assert done.returncode == 1
    assert "is this the right site?" in done.stderr


def test_what_is_no_url_is_a_wrong_argument() -> None:
    done = smoke_test("contoso.example")
    assert done.returncode == 2
    assert "--base-url must be an http or https URL, not 'contoso.example'" in done.stderr
