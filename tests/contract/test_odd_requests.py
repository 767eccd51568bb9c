"""Whatever is sent in whatever field of whatever operation: it is answered, and the system works on.

ODD_SEED repeats a run; ODD_MUTATIONS says how many requests of each operation are changed at random.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.contract import operations
from tests.support.odd_campaign import Campaign
from tests.support.odd_framing import oddly_framed
from tests.support.odd_mutations import mutated_requests
from tests.support.odd_requests import odd_requests
from tests.support.odd_targets import RealThings
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import PROJECT_ROOT, Stack, running_stack

REPORT = PROJECT_ROOT / "test-results/odd-requests.json"
MUTATIONS = int(os.environ.get("ODD_MUTATIONS") or 40)
FEWEST_REQUESTS = 10_000
LIMITS_OUT_OF_REACH = {"OPEN_HOLDS_PER_CLIENT": 10**6, "WRONG_TRIES_PER_CLIENT": 10**6, "TRUSTED_PROXIES": 2}
"""Clients are told apart by whatever odd address they give, and none is stopped."""


pytestmark = pytest.mark.takes_long


@pytest.fixture(scope="module")
def odd_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own: what is given up here was given up because of these requests."""
    with running_stack(tmp_path_factory.mktemp("odd-stack"), **LIMITS_OUT_OF_REACH) as running:
        yield running


@pytest.fixture(scope="module")
def api(odd_stack: Stack) -> Iterator[Api]:
    client = Api(odd_stack.api_url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def campaign(odd_stack: Stack, api: Api) -> Campaign:
    """Everything odd has been asked of every operation."""
    seed = int(os.environ.get("ODD_SEED") or random.SystemRandom().randrange(10**6))
    print(f"ODD_SEED={seed}")
    chance, good = random.Random(seed), RealThings.made(api).good_requests()
    campaign, started = Campaign(odd_stack.api_url), time.monotonic()
    for operation in operations().values():
        campaign.ask(odd_requests(good, operation, chance))
        campaign.ask(oddly_framed(good, operation))
        campaign.ask(mutated_requests(good, operation, chance, MUTATIONS))
    report = {"seed": seed, "seconds": round(time.monotonic() - started, 1)} | campaign.report()
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return campaign


def test_every_odd_request_is_answered_and_none_is_a_fault_of_ours(campaign: Campaign) -> None:
    shown = "\n".join(campaign.faults[:20])
    assert not campaign.faults, f"{len(campaign.faults)} faults, all of them in {REPORT}:\n{shown}"


def test_every_operation_was_asked_a_great_many_things(campaign: Campaign) -> None:
    asked = campaign.report()["byOperation"]
    assert set(asked) == set(operations())
    assert min(asked.values()) >= 150
    assert campaign.count >= FEWEST_REQUESTS


def test_every_operation_was_reached_to_the_bottom(campaign: Campaign) -> None:
    went_well = {operation for operation, status in campaign.statuses if status < 300}
    assert went_well == set(operations())


def test_after_all_that_somebody_registers_and_nothing_was_given_up(
    campaign: Campaign, odd_stack: Stack, api: Api
) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 10})
    Registrant(conference).registers({GENERAL: 2})
    eventually(lambda: conference.seats_sold() == 2, "the seats sold")
    assert api.call("ready").expect(200)["status"] == "healthy"
    with closing(BusInspector(odd_stack.bus_connection)) as inspector:
        assert inspector.failed_messages() == []
