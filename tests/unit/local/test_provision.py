"""What is made in the stores before the app starts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local.azurite import StorageEndpoints
from local.provision import provision_cosmos, provision_tables


class Empty(BaseHTTPRequestHandler):
    """A store that has nothing, and takes what it is given."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        self._answer({"value": [], "writableLocations": [], "readableLocations": []})

    def do_POST(self) -> None:
        type(self).asked.append(self.path)
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def store() -> Iterator[ThreadingHTTPServer]:
    Empty.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_no_proxy_is_asked_for_what_is_on_this_machine(
    store: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nobody listens there
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    port = store.server_port
    (tmp_path / "tables.json").write_text("[]", encoding="utf-8")
    provision_tables(StorageEndpoints(port, port, port).connection, tmp_path / "tables.json")
    (tmp_path / "cosmos.json").write_text('{"database": "d", "containers": []}', encoding="utf-8")
    provision_cosmos(f"http://127.0.0.1:{port}", "a2V5", tmp_path / "cosmos.json")
    assert "/devstoreaccount1/Tables" in Empty.asked
    assert "/dbs/d/" in Empty.asked
