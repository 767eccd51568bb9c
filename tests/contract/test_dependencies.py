"""No dependency has a known vulnerability, of the app, the local Azure or the tests."""

from __future__ import annotations

import http.server
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
DATABASE = "https://api.osv.dev/v1/query"
SECONDS_PER_ANSWER = 15


class DatabaseUnreachable(Exception):
    """Nobody knows whether there is a vulnerability: the database of vulnerabilities cannot be asked."""


def named_in(file: Path) -> Iterator[Requirement]:
    """The requirements of a file and of those that it includes."""
    for line in file.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            yield from named_in(file.parent / text.removeprefix("-r ").strip())
        elif text:
            yield Requirement(text)


def installed(requirements: Iterator[Requirement]) -> dict[str, str]:
    """What these requirements come to here, with all they need, by name; with their versions."""
    versions: dict[str, str] = {}
    waiting = [(each, "") for each in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        known = name in versions
        try:
            found = distribution(name)
        except PackageNotFoundError:
            raise AssertionError(f"{requirement} is not installed: run make test") from None
        versions[name] = found.version
        for needed in [] if known and not requirement.extras else found.requires or []:
            waiting += [(Requirement(needed), extra) for extra in ("", *requirement.extras)]
    return versions


def vulnerabilities(versions: dict[str, str], folder: Path, database: str = DATABASE) -> list[str]:
    """Known vulnerabilities of these packages. Raises DatabaseUnreachable."""
    pinned = folder / "pinned.txt"
    pinned.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(pinned), "--no-deps", "--disable-pip"),
        *("--vulnerability-service", "osv", "--osv-url", database, "--timeout", str(SECONDS_PER_ANSWER)),
        *("--format", "json", "--progress-spinner", "off", "--cache-dir", str(folder / "cache")),
    ]
    audited = subprocess.run(command, capture_output=True, text=True, check=False)
    if not audited.stdout:
        fault = audited.stderr.strip().splitlines()[-1]
        assert re.search("Connection|Timeout|resolve", fault), audited.stderr
        raise DatabaseUnreachable(fault)
    dependencies = json.loads(audited.stdout)["dependencies"]
    assert {each["name"] for each in dependencies} == versions.keys()
    return [
        f"{each['name']} {each['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none yet'}"
        for each in dependencies
        for found in each.get("vulns", [{"id": each.get("skip_reason"), "fix_versions": []}])
    ]


@contextmanager
def database_that_says(answer: dict[str, Any]) -> Iterator[str]:
    """The URL of a database of vulnerabilities that gives this answer to any question."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def test_no_dependency_has_a_known_vulnerability(tmp_path: Path) -> None:
    try:
        found = vulnerabilities(installed(named_in(PROJECT / "requirements-dev.txt")), tmp_path)
    except DatabaseUnreachable as fault:
        pytest.skip(f"not audited: {DATABASE} cannot be reached from here ({fault})")
    assert found == []


def test_what_the_app_needs_is_known_down_to_the_last() -> None:
    versions = installed(named_in(PROJECT / "requirements.txt"))
    assert {"azure-cosmos", "azure-core", "aiohttp", "yarl", "multidict"} <= versions.keys()
    assert "pytest" not in versions
    assert versions.keys() < installed(named_in(PROJECT / "requirements-dev.txt")).keys()


def test_a_vulnerability_is_named_with_its_cure(tmp_path: Path) -> None:
    vulnerability = {
        "id": "PYSEC-2027-1",
        "modified": "2027-01-01T00:00:00Z",
        "published": "2027-01-01T00:00:00Z",
        "affected": [
            {
                "package": {"name": "tenacity", "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}],
            }
        ],
    }
    with database_that_says({"vulns": [vulnerability]}) as database:
        found = vulnerabilities({"tenacity": "9.2.0"}, tmp_path, database)
    assert found == ["tenacity 9.2.0: PYSEC-2027-1, fixed in 99.1"]


def test_what_has_none_passes(tmp_path: Path) -> None:
    with database_that_says({}) as database:
        assert vulnerabilities({"tenacity": "9.2.0"}, tmp_path, database) == []


def test_a_database_that_is_away_is_no_reason_to_call_it_safe(tmp_path: Path) -> None:
    with database_that_says({}) as database:
        pass
    with pytest.raises(DatabaseUnreachable):
        vulnerabilities({"tenacity": "9.2.0"}, tmp_path, database)
