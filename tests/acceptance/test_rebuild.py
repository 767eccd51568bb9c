"""A read model is worth nothing that its events cannot give back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra.bootstrap import MESSAGE_LOG_TABLE
from infra.rebuild import VIEWS
from tests.support.api import Api
from tests.support.conferences import GENERAL, WORKSHOP, OrganizedConference
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import PROJECT_ROOT, Stack
from tests.support.stores import Row, Stores


@pytest.fixture
def eventful_past(api: Api, stores: Stores) -> None:
    """Orders paid for and changed, and nothing of it still on its way."""
    conference = OrganizedConference.published(api, {GENERAL: 10, WORKSHOP: 5})
    for _ in range(2):
        Registrant(conference).registers({GENERAL: 1, WORKSHOP: 1})
    undecided = Registrant(conference)
    undecided.asks_for({GENERAL: 2}).expect(201)
    undecided.waits_for_reservation()
    undecided.asks_instead_for({WORKSHOP: 1}).expect(200)
    undecided.waits_for_reservation()
    eventually(lambda: not stores.messages("active", "locked"), "a bus with nothing to deliver")


@pytest.mark.usefixtures("eventful_past")
def test_read_models_rebuilt_from_their_events_are_the_same_byte_for_byte(stack: Stack, stores: Stores) -> None:
    kept = _rows(stores)
    assert all(kept.values()), "every read model has something to lose"

    _rebuild(stack, *VIEWS)

    assert _rows(stores) == kept


@pytest.mark.usefixtures("eventful_past")
def test_what_table_storage_has_lost_is_added_again_and_nothing_else_is_touched(stack: Stack, stores: Stores) -> None:
    kept, logged = _rows(stores), dict(stores.logged())
    stores.lose_every_other_row(*VIEWS, MESSAGE_LOG_TABLE)
    left = _rows(stores)
    assert all(left[name] != kept[name] for name in VIEWS)
    assert dict(stores.logged()).keys() < logged.keys()

    _rebuild(stack, "--missing")

    assert _rows(stores) == kept
    assert dict(stores.logged()) == logged


@pytest.mark.parametrize("nonsense", [(), ("nonsense",), ("orders", "--missing")])
def test_a_rebuild_that_makes_no_sense_is_refused_with_what_would(nonsense: tuple[str, ...]) -> None:
    refused = _run(*nonsense)
    assert refused.returncode == 2
    assert "VIEW" in refused.stderr


def _rebuild(stack: Stack, *what: str) -> None:
    rebuilt = _run(*what, "--settings", str(stack.state_directory / "local.settings.json"))
    assert rebuilt.returncode == 0, rebuilt.stderr


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.rebuild", *arguments]
    return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)


def _rows(stores: Stores) -> dict[str, dict[str, Row]]:
    return {name: dict(stores.view(name)) for name in VIEWS}
