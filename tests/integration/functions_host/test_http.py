"""HTTP triggers of one running app."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.functions_host.hosting import Broker, FunctionsHost

SAMPLE_APP = (Path(__file__).parent / "sample_app.py").read_text(encoding="utf-8")
KEYED_APP = """
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)


@app.route(route="secret", methods=["GET"])
def secret(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("open")


@app.route(route="other", methods=["GET"])
def other(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("open")


@app.route(route="admin", methods=["GET"], auth_level=func.AuthLevel.ADMIN)
def admin(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("open")
"""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[httpx.Client]:
    directory = tmp_path_factory.mktemp("sample")
    cors = {"Host": {"CORS": "https://site.example", "CORSCredentials": True}}
    (directory / "local.settings.json").write_text(json.dumps(cors), encoding="utf-8")
    settings = {"Bus": broker.connection, "SINGLE_QUEUE": "single"}
    host = FunctionsHost(directory, SAMPLE_APP, settings, {"functionTimeout": "00:00:01"})
    try:
        with httpx.Client(base_url=host.ready().url, trust_env=False) as client:
            yield client
    finally:
        host.stop()


def test_a_request_reaches_the_function_as_the_worker_would_give_it(api: httpx.Client) -> None:
    answer = api.post(
        "/api/Echo/42?a=1&a=2&empty=&b=x%20y",
        content=b"0123456789",
        headers={"X-Mixed-Case": "Kept", "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01"},
    )
    assert answer.status_code == 201
    assert answer.headers["x-made-by"] == "echo"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    seen = answer.json()
    assert seen["headers"]["x-mixed-case"] == "Kept"
    assert all(name == name.lower() for name in seen["headers"])
    assert seen["params"] == {"a": "1,2", "b": "x y"}
    assert seen["route"] == {"number": "42"}
    assert seen["url"] == f"{api.base_url}/api/Echo/42?a=1&a=2&empty=&b=x%20y"
    assert (seen["method"], seen["size"], seen["function"]) == ("POST", 10, "echo")
    assert seen["trace"].startswith("00-aaaa")


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/api/things/latest", "literal"),
        ("GET", "/api/things/7d9f0a4e-3c55-4c5e-9d0b-0f6f1f0f9c11", "guid"),
        ("GET", "/api/things/other", "parameter"),
        ("GET", "/api/things/a/b/c", "rest a/b/c"),
        ("DELETE", "/api/things/latest", "removed"),
        ("GET", "/api/THINGS/Latest", "literal"),
    ],
)
def test_the_most_telling_route_with_the_method_answers(api: httpx.Client, method: str, path: str, answer: str) -> None:
    assert api.request(method, path).text == answer


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nowhere"),
        ("POST", "/api/echo/not-a-number"),
        ("PATCH", "/api/things/latest"),
        ("GET", "/things/latest"),
    ],
)
def test_what_no_route_fits_is_not_found(api: httpx.Client, method: str, path: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.content) == (404, b"")


def test_an_exception_answers_500_without_a_body(api: httpx.Client) -> None:
    answer = api.get("/api/broken")
    assert (answer.status_code, answer.content) == (500, b"")


def test_a_function_over_its_time_limit_answers_500(api: httpx.Client) -> None:
    assert api.get("/api/too-slow").status_code == 500


def test_a_body_of_two_megabytes_reaches_the_function(api: httpx.Client) -> None:
    assert api.post("/api/echo/1", content=bytes(2 << 20)).json()["size"] == 2 << 20


def test_a_body_over_one_hundred_megabytes_is_refused(api: httpx.Client) -> None:
    assert api.post("/api/echo/1", content=bytes((100 << 20) + 1)).status_code == 413


def test_a_known_origin_may_ask_and_another_is_not_named(api: httpx.Client) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = api.options("/api/echo/1", headers={"Origin": "https://site.example", **headers})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://site.example"
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    stranger = api.get("/api/things/latest", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in stranger.headers


def test_the_host_tells_its_state_and_counts_errors(api: httpx.Client) -> None:
    before = api.get("/admin/host/status").json()
    api.get("/api/broken")
    after = api.get("/admin/host/status").json()
    assert before["state"] == "Running"
    assert "echo" in before["functions"]
    assert after["errors"] > before["errors"]


@pytest.mark.parametrize(
    ("sent", "before"),
    [({}, ""), ({"X-Forwarded-For": "203.0.113.9:51000, 10.0.0.1:80"}, "203.0.113.9:51000, 10.0.0.1:80, ")],
)
def test_the_callers_address_ends_x_forwarded_for_as_azures_front_end_has_it(
    api: httpx.Client, sent: dict[str, str], before: str
) -> None:
    forwarded = api.post("/api/echo/1", headers=sent).json()["headers"]["x-forwarded-for"]
    assert re.fullmatch(re.escape(before) + r"127\.0\.0\.1:\d+", forwarded)


def test_the_forwarded_scheme_is_that_of_the_url(api: httpx.Client) -> None:
    seen = api.post("/api/echo/1", headers={"X-Forwarded-Proto": "https"}).json()
    assert seen["url"] == f"https://{api.base_url.netloc.decode()}/api/echo/1"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_function_that_returns_nothing_answers_204_to_any_method(api: httpx.Client, method: str) -> None:
    answer = api.request(method, "/api/nothing")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("keyed")
    (directory / "keys").mkdir()
    keys = {
        "host": {"masterKey": {"value": "master"}, "functionKeys": [{"name": "default", "value": "ours"}]},
        "secret": {"keys": [{"name": "partner", "value": "only-for-secret"}]},
    }
    for name, content in keys.items():
        (directory / "keys" / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    host = FunctionsHost(directory, KEYED_APP, {}, {})
    try:
        yield host.ready().url
    finally:
        host.stop()


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/api/secret", None, 401),
        ("/api/secret?code=ours", None, 200),
        ("/api/secret?code=ours", "wrong", 401),
        ("/api/secret?code=ours", "", 401),
        ("/api/secret", "master", 200),
        ("/api/secret", "only-for-secret", 200),
        ("/api/other", "only-for-secret", 401),
        ("/api/admin", "ours", 401),
        ("/api/admin", "master", 200),
        ("/admin/host/status", "ours", 401),
        ("/admin/host/status", "master", 200),
    ],
)
def test_keys_open_what_is_not_anonymous(keyed: str, path: str, key: str | None, status: int) -> None:
    headers = {} if key is None else {"x-functions-key": key}
    assert httpx.get(f"{keyed}{path}", headers=headers, trust_env=False).status_code == status
