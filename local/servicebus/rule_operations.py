"""The operations of a subscription's `$management` on its rules.

Source: Microsoft Learn, "AMQP 1.0 in Azure Service Bus: request-response-based operations", rule operations.
"""

from __future__ import annotations

import itertools
from typing import Any

from local.servicebus.errors import bad_argument
from local.servicebus.rule_descriptions import describe_rule, read_rule
from local.servicebus.sql_tokens import SqlError
from local.servicebus.subscription import Subscription

_OK, _NO_CONTENT = 200, 204


def add_rule(subscription: Subscription, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    try:
        subscription.add_rule(read_rule(str(body["rule-name"]), body["rule-description"]))
    except SqlError as fault:
        raise bad_argument(f"The rule {body['rule-name']!r} is wrong: {fault}.") from fault
    return _OK, {}


def remove_rule(subscription: Subscription, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    subscription.remove_rule(str(body["rule-name"]))
    return _OK, {}


def enumerate_rules(subscription: Subscription, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    skip = body.get("skip") or 0
    found = itertools.islice(subscription.rules, skip, skip + body["top"])
    rules = [{"rule-description": describe_rule(rule)} for rule in found]
    return (_OK, {"rules": rules}) if rules else (_NO_CONTENT, {})


RULE_OPERATIONS = {"add-rule": add_rule, "remove-rule": remove_rule, "enumerate-rules": enumerate_rules}
