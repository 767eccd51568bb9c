"""Files of the local web site: compressed for whom takes that, and sent again only when they changed."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from local.static_files import accepts_gzip
from local.web import Site

PAGE = "<!doctype html><title>Grüße</title>" + "<p>Good talks. Good company.</p>" * 50
FONT = Random(1).randbytes(2000)
Client = TestClient[Request, Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Sees answers as they were sent."""
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "tiny.js").write_text("export {};\n", encoding="utf-8")
    (tmp_path / "font.woff2").write_bytes(FONT)
    site = TestServer(Site(tmp_path, "http://127.0.0.1:9").application())
    async with TestClient(site, auto_decompress=False) as client:
        yield client


async def test_a_page_is_compressed_for_whom_takes_that(client: Client) -> None:
    packed = await client.get("/", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == "text/html; charset=utf-8"
    body = await packed.read()
    assert int(packed.headers["Content-Length"]) == len(body) < len(PAGE) / 4
    assert gzip.decompress(body).decode() == PAGE


async def test_a_page_is_plain_for_whom_does_not(client: Client) -> None:
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert (await plain.read()).decode() == PAGE


async def test_caches_on_the_way_keep_both_apart(client: Client) -> None:
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/", headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_what_the_client_has_already_is_not_sent_again(client: Client, encoding: str) -> None:
    takes = {"Accept-Encoding": encoding}
    tag = (await client.get("/", headers=takes)).headers["ETag"]
    for held in (tag, f'"another", W/{tag}', "*"):
        again = await client.get("/", headers={**takes, "If-None-Match": held})
        assert (again.status, again.headers["ETag"], await again.read()) == (304, tag, b"")
        assert again.headers["Vary"] == "Accept-Encoding"


async def test_a_plain_copy_does_not_stand_for_a_compressed_one(client: Client) -> None:
    tag = (await client.get("/", headers={"Accept-Encoding": "identity"})).headers["ETag"]
    again = await client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert again.status == 200


async def test_a_changed_file_is_sent_anew(client: Client, tmp_path: Path) -> None:
    before = await client.get("/", headers={"Accept-Encoding": "gzip"})
    (tmp_path / "index.html").write_text(PAGE + "<p>One more.</p>", encoding="utf-8")
    after = await client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": before.headers["ETag"]})
    assert after.status == 200
    assert gzip.decompress(await after.read()).endswith(b"<p>One more.</p>")


@pytest.mark.parametrize(
    ("path", "content"), [("/font.woff2", FONT), ("/tiny.js", b"export {};\n")], ids=["compressed", "tiny"]
)
async def test_what_would_not_get_smaller_is_left_alone(client: Client, path: str, content: bytes) -> None:
    answer = await client.get(path, headers={"Accept-Encoding": "gzip"})
    assert {"Content-Encoding", "Vary"}.isdisjoint(answer.headers)
    assert await answer.read() == content


async def test_a_head_says_what_a_get_would_send(client: Client) -> None:
    got, headed = [await ask("/", headers={"Accept-Encoding": "gzip"}) for ask in (client.get, client.head)]
    for name in ("ETag", "Content-Length", "Content-Encoding", "Vary"):
        assert headed.headers[name] == got.headers[name]
    assert await headed.read() == b""


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP;q=0.2", True),
        ("*", True),
        ("br;q=1.0, *;q=0.5", True),
        ("gzip;q=0, *", False),
        ("gzip; q=0.000", False),
        ("identity", False),
        ("*;q=0", False),
        ("", False),
    ],
)
def test_a_client_says_whether_she_takes_gzip(accepted: str, taken: bool) -> None:
    assert accepts_gzip(accepted) is taken


async def test_every_file_of_the_site_arrives_as_it_is() -> None:
    root = Path(__file__).parents[3] / "web"
    files = [file for file in root.rglob("*") if file.is_file() and file.name != "staticwebapp.config.json"]
    async with TestServer(Site(root, "http://127.0.0.1:9").application()) as server, aiohttp.ClientSession() as http:
        for file in files:
            async with http.get(server.make_url(f"/{file.relative_to(root)}")) as answer:
                assert await answer.read() == file.read_bytes(), file
