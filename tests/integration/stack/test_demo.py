"""The demo conference of the product itself."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.stack.running import RunningStack, get
from tests.support.patience import eventually

PROJECT_ROOT = Path(__file__).parents[3]


def seats_on_offer(stack: RunningStack) -> list[tuple[str, str, int]]:
    api = stack.components()["functions"]["url"]
    answer = get(f"{api}/api/conferences/cqrs-summit")
    if answer.status_code != 200:
        return []
    return [(each["name"], each["price"], each["availableQuantity"]) for each in answer.json()["seatTypes"]]


def test_the_demo_conference_is_made_once_and_published(tmp_path: Path) -> None:
    offer = [
        ("General admission", "199.00", 300),
        ("CQRS Workshop", "500.00", 100),
        ("Additional cocktail party", "50.00", 120),
    ]
    codes = []
    for _ in range(2):
        stack = RunningStack(PROJECT_ROOT, tmp_path / "state", {"DEMO_DATA": "1"})
        try:
            stack.ready()
            eventually(lambda s=stack: sorted(seats_on_offer(s)) == sorted(offer), "the offer")
            codes.append(json.loads((stack.state / "demo.json").read_bytes())["accessCode"])
            assert f"organizer@contoso.example, access code {codes[0]}" in stack.output
        finally:
            assert stack.stop() == 0
    assert codes[0] == codes[1]


def test_a_stack_is_not_ready_before_the_demo_is_made(tmp_path: Path) -> None:
    stack = RunningStack(PROJECT_ROOT, tmp_path / "state", {"DEMO_DATA": "1"})
    try:
        eventually(stack.says_ready, "readiness")
        assert "Demo   organizer organizer@contoso.example" in stack.output
    finally:
        assert stack.stop() == 0
