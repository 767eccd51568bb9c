"""The bus and the stores that Bicep makes, against what `infra` describes. A rule returns what breaks it."""

from __future__ import annotations

import re
from typing import Any

from infra.bus_routes import COMMAND_ROUTES, EVENT_ROUTES
from tests.support.bicep import Template, Templates

Faults = list[str]

ENTITIES = "bicep/entities.bicep"
TOPIC = "bicep/modules/topic.bicep"
SUBSCRIPTION = "bicep/modules/subscription.bicep"
COSMOS = "bicep/modules/cosmos.bicep"


def the_bus_is_what_is_described(templates: Templates) -> Faults:
    """Queues, topics, subscriptions and rules are looped over infra/servicebus.json, with all properties."""
    (namespace,) = templates.json("infra/servicebus.json")["UserConfig"]["Namespaces"]
    subscriptions = [each for topic in namespace["Topics"] for each in topic["Subscriptions"]]
    places = (
        (ENTITIES, "queues", "queue", namespace["Queues"]),
        (TOPIC, "entity", "topic", namespace["Topics"]),
        (SUBSCRIPTION, "entity", "subscriber", subscriptions),
    )
    faults = []
    for path, symbol, variable, described in places:
        given = templates.template(path).resource(symbol)
        faults += (
            [] if given.config["name"] == f"{variable}.Name" else [f"{path}: {symbol} must be named {variable}.Name"]
        )
        for name in sorted({name for each in described for name in each["Properties"]}):
            faults += _carries(templates.template(path), symbol, variable, name)
    code = templates.template(ENTITIES).code
    for loop in ("for queue in bus.Queues:", "for topic in bus.Topics:"):
        faults += [] if loop in code else [f"{ENTITIES}: missing: {loop}"]
    return faults


def _carries(template: Template, symbol: str, variable: str, name: str) -> Faults:
    own_name = name[0].lower() + name[1:]
    value = template.resource(symbol).value(f"properties.{own_name}")
    expected = "duplicateWindow" if name == "DuplicateDetectionHistoryTimeWindow" else f"{variable}.Properties.{name}"
    return [] if value == expected else [f"{template.path}: {own_name} must be {expected}, not {value}"]


def our_rules_replace_the_one_that_lets_all_through(templates: Templates) -> Faults:
    """The first rule of each subscription is called $Default, and every subscription has one."""
    template = templates.template(SUBSCRIPTION)
    faults = []
    if "name: (index == 0) ? '$Default' : rule.Name" not in template.code:
        faults.append("the first rule must take the place of $Default")
    for filter_ in ("rule.Properties.SqlFilter.SqlExpression", "rule.Properties.CorrelationFilter.Label"):
        faults += [] if filter_ in template.code else [f"rules leave out {filter_}"]
    for topic in templates.json("infra/servicebus.json")["UserConfig"]["Namespaces"][0]["Topics"]:
        for each in topic["Subscriptions"]:
            faults += [] if each.get("Rules") else [f"{topic['Name']}/{each['Name']} would let all through"]
    return faults


def only_batches_of_one_key_meet_partitions(templates: Templates) -> Faults:
    """Nothing is partitioned that gets batches of many sessions, or of many ids that the bus compares."""
    template = templates.template(ENTITIES)
    expected = (
        "enablePartitioning: isStandard && !(queue.Properties.RequiresSession) "
        "&& !(queue.Properties.RequiresDuplicateDetection)"
    )
    faults = [] if expected in template.code else [f"{ENTITIES}: missing: {expected}"]
    if templates.template(TOPIC).resource("entity").value("properties.enablePartitioning") is not False:
        faults.append("no topic may be partitioned: a batch has events of many orders")
    mixed = {route.entity for route in (*COMMAND_ROUTES.values(), *EVENT_ROUTES.values())}
    return faults + [
        f"{name} gets mixed batches and may not be partitioned" for name in sorted(mixed & _partitioned(templates))
    ]


def _partitioned(templates: Templates) -> set[str]:
    (namespace,) = templates.json("infra/servicebus.json")["UserConfig"]["Namespaces"]
    keyed = ("RequiresSession", "RequiresDuplicateDetection")
    return {each["Name"] for each in namespace["Queues"] if not any(each["Properties"][name] for name in keyed)}


def the_bus_remembers_longer_than_it_redelivers(templates: Templates) -> Faults:
    """The window is one that Azure takes, and longer than 20 deliveries of a minute."""
    window = re.fullmatch(r"PT(\d+)M", str(templates.template(ENTITIES).variables["duplicateWindow"]))
    if not window or not 20 < int(window[1]) <= 7 * 24 * 60:
        return ["duplicateWindow must be between PT20M and P7D"]
    return []


def the_event_store_is_what_is_described(templates: Templates) -> Faults:
    """The containers are looped over infra/cosmos.json, with all that is said of them."""
    code, database = templates.template(ENTITIES).code, templates.template(COSMOS).resource("database")
    described: list[dict[str, Any]] = templates.json("infra/cosmos.json")["containers"]
    faults = [] if "for container in eventStore.containers:" in code else ["containers are not those described"]
    for name in sorted({name for each in described for name in each}):
        faults += [] if f"container.{name}" in code else [f"{ENTITIES} leaves out {name} of its containers"]
    for name in ("name", "properties.resource.id"):
        faults += [] if database.value(name) == "described.database" else [f"database: wrong {name}"]
    return faults


def the_tables_are_what_is_described(templates: Templates) -> Faults:
    """The tables are looped over infra/tables.json."""
    template = templates.template(ENTITIES)
    loop = "for tableName in tableNames:"
    faults = (
        []
        if "infra/tables.json" in template.loaded_files() and loop in template.code
        else [f"{ENTITIES}: wrong tables"]
    )
    return faults + ([] if template.resource("tables").config["name"] == "tableName" else [f"{ENTITIES}: wrong names"])
