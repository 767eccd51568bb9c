"""A read model is worth nothing that its events cannot give back."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import httpx
import pytest
from azure.data.tables import TableServiceClient

from tests.support.api import Api
from tests.support.conferences import GENERAL, WORKSHOP, OrganizedConference
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import PROJECT_ROOT, Stack

VIEWS = ["assignments", "conferences", "managedorders", "orderlocations", "orders", "payments"]


@pytest.fixture
def eventful_past(api: Api, stack: Stack) -> None:
    """Orders paid for and changed, and nothing of it still on its way."""
    conference = OrganizedConference.published(api, {GENERAL: 10, WORKSHOP: 5})
    for _ in range(2):
        Registrant(conference).registers({GENERAL: 1, WORKSHOP: 1})
    undecided = Registrant(conference)
    undecided.asks_for({GENERAL: 2}).expect(201)
    undecided.waits_for_reservation()
    undecided.asks_instead_for({WORKSHOP: 1}).expect(200)
    undecided.waits_for_reservation()
    eventually(lambda: _is_at_rest(stack), "a bus with nothing to deliver")


def test_read_models_rebuilt_from_their_events_are_the_same_byte_for_byte(stack: Stack, eventful_past: None) -> None:
    kept = _rows(stack)
    assert all(kept.values()), "every read model has something to lose"

    rebuilt = subprocess.run(
        [sys.executable, "-m", "infra.rebuild", *VIEWS, "--settings", stack.state_directory / "local.settings.json"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert _rows(stack) == kept


def _is_at_rest(stack: Stack) -> bool:
    health = httpx.get(f"{stack.component('servicebus')['url']}/health").raise_for_status().json()
    return not any(
        counts.get("active") or counts.get("locked")
        for entity, counts in health["entities"].items()
        if not entity.lower().endswith(("parked-messages", "$deadletterqueue"))
    )


def _rows(stack: Stack) -> dict[str, Any]:
    with TableServiceClient.from_connection_string(stack.component("storage")["connection"]) as service:
        return {
            view: {
                (row["PartitionKey"], row["RowKey"]): dict(row)
                for row in service.get_table_client(view).list_entities()
            }
            for view in VIEWS
        }
