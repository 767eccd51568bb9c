"""Reading the emulator's Config.json."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.servicebus.config import ConfigError, parse_config
from local.servicebus.filters import CorrelationFilter, SqlFilter, TrueFilter


def config(queues: Any = (), topics: Any = ()) -> str:
    return json.dumps(
        {"UserConfig": {"Namespaces": [{"Name": "sbemulatorns", "Queues": list(queues), "Topics": list(topics)}]}}
    )


def queue(**properties: Any) -> dict[str, Any]:
    return {"Name": "q", "Properties": properties}


def subscription(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"Name": "t", "Subscriptions": [{"Name": "s", "Rules": list(rules)}]}


def test_what_is_left_out_has_the_emulators_default() -> None:
    (found,) = parse_config(config([{"Name": "q"}])).queues
    settings = found.settings
    assert (settings.lock_duration, settings.max_delivery_count, settings.time_to_live) == (60_000, 3, 3_600_000)
    assert not settings.duplicate_window
    (deduplicated,) = parse_config(config([queue(RequiresDuplicateDetection=True)])).queues
    assert deduplicated.settings.duplicate_window == 20_000


def test_comments_are_skipped_but_not_in_strings() -> None:
    text = '{"UserConfig": /* one\n two */ {"Namespaces": [ // and this\n {"Name": "a//b"}]}}'
    assert parse_config(text).name == "a//b"


def test_rules_become_filters_and_none_means_all() -> None:
    sql = {"Name": "r", "Properties": {"FilterType": "Sql", "SqlFilter": {"SqlExpression": "a = 1"}}}
    like = {"Name": "c", "Properties": {"FilterType": "Correlation", "CorrelationFilter": {"Label": "x"}}}
    (topic,) = parse_config(config(topics=[subscription(sql, like)])).topics
    rules = topic.subscriptions[0].rules
    assert rules == {"r": SqlFilter(expression="a = 1"), "c": CorrelationFilter(system={"Label": "x"})}
    (plain,) = parse_config(config(topics=[subscription()])).topics
    assert plain.subscriptions[0].rules == {"$Default": TrueFilter()}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (config([{"Properties": {}}]), r"Namespaces\[0\].Queues\[0\]: Name is missing"),
        (config([queue(LockDuratoin="PT1M")]), "Properties: unknown LockDuratoin"),
        (config([queue(LockDuration="1 minute")]), "LockDuration: an ISO 8601 duration"),
        (config([queue(LockDuration="PT10M")]), "LockDuration: a lock lasts"),
        (config([queue(MaxDeliveryCount="3")]), "MaxDeliveryCount: a whole number"),
        (config([queue(MaxDeliveryCount=0)]), "MaxDeliveryCount: must be at least 1"),
        (config([queue(RequiresSession="yes")]), "RequiresSession: true or false"),
        (config([{"Name": "q"}, {"Name": "Q"}]), "'Q' stands twice"),
        (config([queue(ForwardTo="nowhere")]), "q forwards to 'nowhere'"),
        (config([queue(ForwardTo="q")]), "forwarded in a circle"),
        (config(topics=[subscription({"Name": "r", "Properties": {"FilterType": "Xml"}})]), "Sql or Correlation"),
        (
            config(
                topics=[
                    subscription(
                        {"Name": "r", "Properties": {"FilterType": "Sql", "SqlFilter": {"SqlExpression": "a ="}}}
                    )
                ]
            ),
            r"Rules\[0\].Properties.SqlFilter.SqlExpression: a property name was expected",
        ),
        ("[]", "an object was expected"),
        ('{"UserConfig": {"Namespaces": []}}', "exactly one namespace"),
    ],
)
def test_a_wrong_configuration_is_refused_naming_the_place(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse_config(text)
