"""SQL and correlation filters."""

from __future__ import annotations

from typing import Any

import proton
import pytest

from local.servicebus.filters import CorrelationFilter
from local.servicebus.message import Payload
from local.servicebus.sql_filter import SqlFilterError, compile_sql


def payload(subject: str = "OrderPlaced", **properties: Any) -> Payload:
    return Payload(bytes(proton.Message(subject=subject, id="m", properties=properties, body=b"x").encode()))


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("1 = 1", True),
        ("sys.Label = 'OrderPlaced'", True),
        ("SYS.label in ('A', 'OrderPlaced')", True),
        ("sys.Subject NOT IN ('A')", True),
        ("Seats > 10 AND Region = 'eu'", True),
        ("user.seats >= 11 AND [Region] LIKE 'e_' AND NOT Region LIKE 'u%'", True),
        ("Seats + 1 * 2 = 13 AND (Seats - 1) / 2 = 5 AND Seats % 2 = 1 AND -Seats < 0", True),
        ("Rate = 1.5 AND Seats <> 12 AND Seats != 12 AND Seats <= 11", True),
        ("Quote = 'it''s' AND Percent LIKE '100!%' ESCAPE '!'", True),
        ("EXISTS(Seats) AND NOT EXISTS(Nothing) AND Nothing IS NULL AND Seats IS NOT NULL", True),
        ("Flag = TRUE", True),
        ("Seats > 11 OR Region = 'us' OR sys.MessageId = 'm'", True),
        ("Nothing = 1", False),
        ("NOT Nothing = 1", False),  # unknown, not true
        ("Nothing <> 1", False),
        ("Nothing NOT IN (1)", False),
        ("Nothing = 1 OR Seats = 11", True),
        ("NOT (Nothing = 1 AND Seats = 12)", True),  # unknown and false is false
        ("Region > 5", False),  # text and number cannot be compared
        ("Seats / 0 = 1", False),
        ("Seats = NULL", False),
    ],
)
def test_an_expression_has_sqls_truth(expression: str, passes: bool) -> None:
    message = payload(Seats=11, Region="eu", Rate=1.5, Quote="it's", Percent="100%", Flag=True)
    assert compile_sql(expression)(message) is passes


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("Seats >", "property name was expected"),
        ("Seats = 1 Region", "an operator was expected at 'Region'"),
        ("sys.Nonsense = 1", "unknown property sys.nonsense"),
        ("(Seats = 1", r"'\)' was expected"),
        ("Seats = #", "not understood at"),
        ("Seats NOT 1", "IN or LIKE was expected"),
        ("", "property name was expected"),
    ],
)
def test_a_wrong_expression_is_refused_at_its_place(expression: str, complaint: str) -> None:
    with pytest.raises(SqlFilterError, match=complaint):
        compile_sql(expression)


def test_a_correlation_filter_needs_all_it_names() -> None:
    takes = CorrelationFilter(system={"Label": "OrderPlaced"}, application={"Region": "eu"}).compiled()
    assert takes(payload(region="eu", other=1))
    assert not takes(payload(region="us"))
    assert not takes(payload("Other", region="eu"))
    assert not takes(payload())
