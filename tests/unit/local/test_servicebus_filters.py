"""SQL and correlation filters."""

from __future__ import annotations

import uuid
from typing import Any

import proton
import pytest

from local.servicebus.arrival import Arrival
from local.servicebus.filters import CorrelationFilter
from local.servicebus.payload import Payload
from local.servicebus.sql_filter import compile_filter
from local.servicebus.sql_tokens import SqlError

ENQUEUED_AT = 1_700_000_000_000
ID = uuid.UUID(int=7)


def arrival(subject: str = "OrderPlaced", **fields: Any) -> Arrival:
    system = {name: fields.pop(name) for name in ("ttl", "annotations", "reply_to") if name in fields}
    message = proton.Message(subject=subject, id="m", properties=fields, body=b"x", **system)
    return Arrival(Payload(bytes(message.encode())), ENQUEUED_AT, 7)


def order() -> Arrival:
    return arrival(
        Seats=11,
        Region="eu",
        Rate=1.5,
        Quote="it's",
        Percent="100%",
        Flag=True,
        When=proton.timestamp(ENQUEUED_AT),
        Id=ID,
        ttl=60,
        annotations={proton.symbol("x-opt-partition-key"): "p"},
        reply_to="answers",
        **{"odd]name": 1, 'odd"name': 2, "größe": 3, "and": 4},
    )


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("1 = 1", True),
        ("sys.Label = 'OrderPlaced'", True),
        ("SYS.label in ('A', 'OrderPlaced')", True),
        ("sys.Subject NOT IN ('A')", True),
        ("Seats > 10 AND Region = 'eu'", True),
        ("user.seats >= 11 AND [Region] LIKE 'e_' AND NOT Region LIKE 'u%'", True),
        ("Rate = 1.5 AND Seats <> 12 AND Seats != 12 AND Seats <= 11", True),
        ("Quote = 'it''s' AND Percent LIKE '100!%' ESCAPE '!'", True),
        ("Quote LIKE Quote AND Region LIKE 'e' + '%' AND Region NOT LIKE 'E%'", True),
        ("EXISTS(Seats) AND NOT EXISTS(Nothing) AND Nothing IS NULL AND Seats IS NOT NULL", True),
        ("EXISTS(sys.ReplyTo) AND NOT EXISTS(sys.To) AND EXISTS(user.Seats)", True),
        ("Flag = TRUE AND Flag", True),
        ("Seats > 11 OR Region = 'us' OR sys.MessageId = 'm'", True),
        ('[odd]]name] = 1 AND "odd""name" = 2 AND größe = 3 AND [and] = 4', True),
        ("property('Se' + 'ats') = 11 AND p('Region') = 'eu' AND property(Nothing) IS NULL", True),
        ("newid() <> newid() AND newid() <> Id AND NOT newid() = Id", True),
    ],
)
def test_an_expression_takes_what_it_describes(expression: str, passes: bool) -> None:
    assert compile_filter(expression)(order()) is passes


@pytest.mark.parametrize(
    "expression",
    [
        "Seats + 1 * 2 = 13 AND (Seats - 1) / 2 = 5 AND Seats % 2 = 1 AND -Seats < 0 AND +Seats = 11",
        "Seats / 2 = 5 AND -Seats / 2 = -5 AND -Seats % 3 = -2 AND Seats / 2.0 = 5.5 AND 5.5 % 2 = 1.5",
        "101.5E5 = 10150000 AND 0.5E-2 = 0.005 AND 2e3 = 2000",
        "9223372036854775807 + 1 < 0",
        "Region + Seats = 'eu11'",
    ],
)
def test_arithmetic_is_that_of_c_sharp(expression: str) -> None:
    assert compile_filter(expression)(order())


@pytest.mark.parametrize(
    "expression",
    [
        "Nothing = 1",
        "Nothing <> 1",
        "Nothing NOT IN (1)",
        "Nothing NOT LIKE 'x'",
        "Nothing + 1 = 1",
        "-Nothing = 1",
        "Nothing = 1 AND Seats = 11",
        "Region > 5",  # text and number cannot be compared
        "Flag = 1",
        "When = 1700000000000",  # nor a time and a number
        "Id = '00000000-0000-0000-0000-000000000007'",
        "Seats / 0 = 1",
        "Seats = NULL",
        "Seats",  # a number is no truth
        "Region * 2 = 2",
        "Region LIKE 'e' ESCAPE 'e' + 'u'",
    ],
)
def test_what_cannot_be_known_is_neither_true_nor_false(expression: str) -> None:
    assert not compile_filter(expression)(order())
    assert not compile_filter(f"NOT ({expression})")(order())
    assert compile_filter(f"({expression}) OR Seats = 11")(order())
    assert compile_filter(f"NOT (({expression}) AND Seats = 12)")(order()), "unknown and false is false"


@pytest.mark.parametrize(
    "expression",
    [
        "sys.EnqueuedTimeUtc = When AND sys.EnqueuedTimeUtc <= sys.ExpiresAtUtc",
        "sys.ExpiresAtUtc > When AND sys.ScheduledEnqueueTimeUtc IS NULL",
        "sys.SequenceNumber = 7 AND sys.EnqueuedSequenceNumber = 7 AND sys.DeliveryCount = 0",
        "sys.PartitionKey = 'p' AND sys.ViaPartitionKey IS NULL AND sys.ReplyTo = 'answers'",
        "sys.Size > 10 AND sys.CorrelationId IS NULL AND sys.ContentType IS NULL",
        "sys.SessionId IS NULL AND sys.ReplyToSessionId IS NULL AND sys.To IS NULL",
    ],
)
def test_system_properties_are_the_senders_and_the_topics(expression: str) -> None:
    assert compile_filter(expression)(order())


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("Seats >", "property name was expected"),
        ("Seats = 1 Region", "an operator was expected at 'Region'"),
        ("sys.Nonsense = 1", "unknown property sys.Nonsense"),
        ("sys.LockToken = 1", "unknown property sys.LockToken"),
        ("other.Seats = 1", "of sys or user, not 'other'"),
        ("(Seats = 1", r"'\)' was expected"),
        ("Seats = #", "not understood at"),
        ("Seats NOT 1", "IN or LIKE was expected"),
        ("Seats IS 1", "NULL was expected"),
        ("Seats IN ()", "property name was expected"),
        ("AND = 1", "at the keyword 'AND'"),
        ("Seats = @limit", "parameters such as '@limit' are not supported"),
        ("Region LIKE 'x' ESCAPE 'ab'", "ESCAPE takes one character"),
        ("Seats = 9223372036854775808", "more than 64 bits"),
        ("Seats = 'open", "not understood at"),
        ("", "property name was expected"),
    ],
)
def test_a_wrong_expression_is_refused_at_its_place(expression: str, complaint: str) -> None:
    with pytest.raises(SqlError, match=complaint):
        compile_filter(expression)


def test_a_correlation_filter_needs_all_it_names() -> None:
    takes = CorrelationFilter(system={"Label": "OrderPlaced"}, application={"Region": "eu"}).compiled()
    assert takes(arrival(region="eu", other=1))
    assert not takes(arrival(region="us"))
    assert not takes(arrival(region="EU"))
    assert not takes(arrival("Other", region="eu"))
    assert not takes(arrival())


def test_a_correlation_filter_tells_a_number_from_a_flag() -> None:
    takes = CorrelationFilter(application={"Flag": 1}).compiled()
    assert takes(arrival(flag=1))
    assert takes(arrival(flag=1.0))
    assert not takes(arrival(flag=True))
