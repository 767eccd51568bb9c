"""Old messages become those of today step by step."""

from __future__ import annotations

import pytest

import infra.upcasters
from infra.upcasters import upcast


def test_steps_follow_each_other_until_today(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        "Said.v1": ("Said.v2", lambda payload: {"words": payload["text"]}),
        "Said.v2": ("Said.v3", lambda payload: {**payload, "loud": False}),
    }
    monkeypatch.setattr(infra.upcasters, "UPCASTERS", steps)
    assert upcast("Said.v1", {"text": "hello"}) == ("Said.v3", {"words": "hello", "loud": False})


def test_what_is_of_today_stays_as_it_is() -> None:
    assert upcast("Said.v9", {"text": "hello"}) == ("Said.v9", {"text": "hello"})
