"""Reading the emulator's Config.json."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.servicebus.config import ConfigError, parse_config
from local.servicebus.filters import CorrelationFilter, SqlFilter, TrueFilter
from local.servicebus.rules import Rule

ALL = {"FilterType": "Sql", "SqlFilter": {"SqlExpression": "1 = 1"}}


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


@pytest.mark.parametrize(
    ("duration", "milliseconds"),
    [
        ("PT1.5S", 1_500),
        ("PT1H30M", 5_400_000),
        ("P14D", 14 * 86_400_000),
        ("P1Y2M3DT4H", 428 * 86_400_000 + 14_400_000),
    ],
)
def test_durations_are_those_of_iso_8601(duration: str, milliseconds: int) -> None:
    (found,) = parse_config(config([queue(DefaultMessageTimeToLive=duration)])).queues
    assert found.settings.time_to_live == milliseconds


def test_comments_are_skipped_but_not_in_strings() -> None:
    text = '{"UserConfig": /* one\n two */ {"Namespaces": [ // and this\n {"Name": "a//b"}]}}'
    assert parse_config(text).name == "a//b"


def test_rules_become_filters_and_none_means_all() -> None:
    action = {"Action": {"SqlExpression": "SET b = a + 1"}}
    sql = {"Name": "r", "Properties": {"FilterType": "Sql", "SqlFilter": {"SqlExpression": "a = 1"}, **action}}
    like = {"Name": "c", "Properties": {"FilterType": "Correlation", "CorrelationFilter": {"Label": "x"}}}
    (topic,) = parse_config(config(topics=[subscription(sql, like)])).topics
    assert topic.subscriptions[0].rules == [
        Rule(name="r", filter=SqlFilter(expression="a = 1"), action="SET b = a + 1"),
        Rule(name="c", filter=CorrelationFilter(system={"Label": "x"})),
    ]
    (plain,) = parse_config(config(topics=[subscription()])).topics
    assert plain.subscriptions[0].rules == [Rule(name="$Default", filter=TrueFilter())]


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
        (config([queue(ForwardTo="x", RequiresSession=True), {"Name": "x"}]), "q requires sessions, so it cannot"),
        (config([queue(ForwardDeadLetteredMessagesTo="Q")]), "q would forward its dead letters to itself"),
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
        (
            config(topics=[subscription({"Name": "r", "Properties": {**ALL, "Action": {"SqlExpression": "SET a"}}})]),
            r"Rules\[0\].Properties.Action.SqlExpression: '=' was expected",
        ),
        (
            config(topics=[subscription({"Name": "r", "Properties": {**ALL, "Action": {"Sql": "SET a = 1"}}})]),
            "Properties.Action: unknown Sql",
        ),
        ("[]", "an object was expected"),
        ('{"UserConfig": {"Namespaces": []}}', "exactly one namespace"),
    ],
)
def test_a_wrong_configuration_is_refused_naming_the_place(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse_config(text)
