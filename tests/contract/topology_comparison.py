"""Two releases on one bus: does everything that the last one listens to still bring it what it expects, and no more?

Queues and subscriptions are deployed before the swap, and stay as they are after a swap back. Until then, and from then
on, the functions of the last release take what comes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

_EVERYTHING = "everything"
_A_NEW_ONE = "leave it as it is, and make a new one beside it for this release"
_LABELS = re.compile(r"sys\.Label IN \(([^)]*)\)")


def differences(last: Any, this: Any, not_sent_yet: Collection[str] = ()) -> Iterator[str]:
    """What the last release would miss of its topology, or get without understanding it.

    `not_sent_yet`: subjects of messages that this release does not send, which may pass for that reason.
    """
    now = dict(_listened_to(this))
    for name, was in _listened_to(last):
        if name not in now:
            yield f"{name} is gone, and the last release listens to it: {_A_NEW_ONE}"
            continue
        lost, gained = _passing(was) - _passing(now[name]), _passing(now[name]) - _passing(was) - set(not_sent_yet)
        if lost:
            yield f"{name} keeps back {_named(lost)}, which the last release waits for: {_A_NEW_ONE}"
        if gained:
            yield f"{name} lets through {_named(gained)}, which the last release does not expect there: {_A_NEW_ONE}"
        for setting in ("RequiresSession", "ForwardTo"):
            if was["Properties"].get(setting) != now[name]["Properties"].get(setting):
                yield f"{name} has another {setting}, and the last release listens to it as it was: {_A_NEW_ONE}"


def _listened_to(topology: Any) -> Iterator[tuple[str, Any]]:
    """Queues and subscriptions, by names that are unique."""
    (namespace,) = topology["UserConfig"]["Namespaces"]
    for queue in namespace["Queues"]:
        yield queue["Name"], queue
    for topic in namespace["Topics"]:
        for subscription in topic["Subscriptions"]:
            yield f"{topic['Name']}/{subscription['Name']}", subscription


def _passing(entity: Any) -> set[str]:
    """The subjects of what passes its rules; of a rule that asks for something else, the rule itself."""
    rules = [rule["Properties"] for rule in entity.get("Rules", [])]
    return {subject for rule in rules for subject in _subjects(rule)} or {_EVERYTHING}


def _subjects(rule: Any) -> list[str]:
    if rule.get("CorrelationFilter", {}).keys() == {"Label"}:
        return [rule["CorrelationFilter"]["Label"]]
    listed = _LABELS.fullmatch(rule.get("SqlFilter", {}).get("SqlExpression", ""))
    return re.findall(r"'(\w+)'", listed[1]) if listed else [json.dumps(rule, sort_keys=True)]


def _named(subjects: Collection[str]) -> str:
    return ", ".join(sorted(subjects))
