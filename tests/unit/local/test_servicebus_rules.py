"""Rules: how many copies a subscription gets of a message, and what their actions change in it."""

from __future__ import annotations

import uuid
from typing import Any

import proton
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.servicebus import codec
from local.servicebus.arrival import Arrival
from local.servicebus.edits import REMOVED, with_application_properties, with_system_property
from local.servicebus.filters import CorrelationFilter, FalseFilter, RuleFilter, SqlFilter, TrueFilter
from local.servicebus.payload import Payload
from local.servicebus.rule_descriptions import encode_rule, read_stored_rule
from local.servicebus.rules import Rule, RuleSet
from local.servicebus.sql_action import compile_action
from local.servicebus.sql_tokens import SqlError

ENQUEUED_AT = 1_700_000_000_000
SIMPLE_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.text(), st.binary()
)


def arrival(**fields: Any) -> Arrival:
    message = proton.Message(**{"id": "m", "subject": "Placed", "body": b"\x00body", **fields})
    return Arrival(Payload(bytes(message.encode())), ENQUEUED_AT, 7)


def decoded(payload: Payload) -> proton.Message:
    message = proton.Message()
    message.decode(payload.encode())
    return message


def acted(action: str, **fields: Any) -> proton.Message:
    return decoded(compile_action(action)(arrival(**fields)))


def rule(name: str, rule_filter: RuleFilter, action: str | None = None) -> Rule:
    return Rule(name=name, filter=rule_filter, action=action)


def test_rules_without_action_make_one_copy_and_each_with_an_action_its_own() -> None:
    rules = RuleSet(
        [
            rule("all", TrueFilter()),
            rule("placed", SqlFilter(expression="sys.Label = 'Placed'")),
            rule("none", FalseFilter()),
            rule("Marked", CorrelationFilter(system={"Label": "Placed"}), "SET mark = 1"),
            rule("Doubled", TrueFilter(), "SET seats = seats * 2"),
            rule("skipped", FalseFilter(), "SET mark = 2"),
        ]
    )
    original = arrival(properties={"seats": 4})
    copies = rules.copies(original)
    assert copies[0] is original.payload
    assert [decoded(copy).properties for copy in copies] == [
        {"seats": 4},
        {"seats": 4, "mark": 1, "RuleName": "Marked"},
        {"seats": 8, "RuleName": "Doubled"},
    ]


def test_a_message_that_no_rule_takes_makes_no_copy() -> None:
    assert not RuleSet([rule("none", FalseFilter()), rule("acting", FalseFilter(), "SET a = 1")]).copies(arrival())
    assert not RuleSet([]).copies(arrival())


def test_rules_come_and_go_by_name_whatever_its_case() -> None:
    rules = RuleSet([rule("$Default", TrueFilter())])
    rules.put(rule("Large", SqlFilter(expression="seats > 10")))
    rules.remove("$default")
    assert "LARGE" in rules
    assert not rules.copies(arrival(properties={"seats": 10}))
    assert rules.copies(arrival(properties={"seats": 11}))
    with pytest.raises(KeyError):
        rules.remove("$default")


def test_an_action_sets_and_removes_properties_of_the_sender() -> None:
    changed = acted(
        "SET Total = seats * 2.5; SET [a name] = 'x'; REMOVE region; SET copy = id SET none = absent",
        properties={"Seats": 2, "Region": "eu", "id": uuid.UUID(int=5)},
    )
    assert changed.properties == {
        "Seats": 2,
        "Total": 5.0,
        "a name": "x",
        "id": uuid.UUID(int=5),
        "copy": uuid.UUID(int=5),
        "none": None,
    }


def test_an_action_sets_and_removes_system_properties() -> None:
    changed = acted(
        "SET sys.Label = sys.Label + '!', SET sys.To = user.to, SET sys.SessionId = 7; REMOVE sys.ReplyTo;"
        "SET sys.ContentType = 'text/plain'; SET sys.MessageId = newid()",
        reply_to="nobody",
        properties={"to": "there"},
    )
    assert (changed.subject, changed.address, changed.group_id, changed.reply_to) == ("Placed!", "there", "7", None)
    assert changed.content_type == "text/plain"
    assert uuid.UUID(str(changed.id))


def test_each_statement_sees_what_the_ones_before_it_did() -> None:
    assert acted("SET a = 1; SET a = a + 1; SET b = a * 10; REMOVE a").properties == {"b": 20}


def test_what_the_topic_knows_can_be_noted_in_a_property() -> None:
    noted = acted("SET at = sys.EnqueuedTimeUtc; SET number = sys.SequenceNumber").properties
    assert noted == {"at": ENQUEUED_AT, "number": 7}
    assert isinstance(noted["at"], proton.timestamp)


def test_an_action_leaves_the_original_and_the_body_alone() -> None:
    original = arrival(properties={"a": 1})
    before = original.payload.encode()
    assert decoded(compile_action("SET a = 2")(original)).body == b"\x00body"
    assert original.payload.encode() == before


@pytest.mark.parametrize(
    ("action", "complaint"),
    [
        ("", "SET or REMOVE was expected"),
        ("SET a", "'=' was expected"),
        ("SET a = ", "property name was expected"),
        ("DELETE a", "SET or REMOVE was expected at 'DELETE'"),
        ("REMOVE 'a'", "property name was expected"),
        ("SET sys.SequenceNumber = 1", "sys.sequencenumber cannot be changed"),
        ("SET sys.Nonsense = 1", "unknown property sys.Nonsense"),
        ("SET a = 1 b", "SET or REMOVE was expected at 'b'"),
    ],
)
def test_a_wrong_action_is_refused_at_its_place(action: str, complaint: str) -> None:
    with pytest.raises(SqlError, match=complaint):
        compile_action(action)


@pytest.mark.parametrize(
    "stored",
    [
        rule("r", SqlFilter(expression="a = 1"), "SET b = 1"),
        rule("r", CorrelationFilter(system={"Label": "x", "To": "y"}, application={"n": 1, "f": 1.5, "b": True})),
        rule("r", TrueFilter()),
        rule("r", FalseFilter()),
    ],
)
def test_a_stored_rule_reads_back(stored: Rule) -> None:
    assert read_stored_rule("r", encode_rule(stored)) == stored


@given(st.dictionaries(st.text(min_size=1, max_size=20), SIMPLE_VALUES), st.text(min_size=1), SIMPLE_VALUES)
def test_setting_a_property_leaves_the_others_byte_by_byte(others: dict[str, Any], name: str, value: Any) -> None:
    others = {key: each for key, each in others.items() if key.lower() != name.lower()}
    before = with_application_properties(arrival().payload, others)
    after = with_application_properties(before, {name: value})
    assert after.application_properties[name.lower()] == value
    removed = with_application_properties(
        after, {name.upper() if name.upper().lower() == name.lower() else name: REMOVED}
    )
    assert removed.encode() == before.encode()


@given(st.sampled_from([0, 2, 3, 4, 5, 10, 12]), st.text(max_size=300))
def test_setting_a_system_property_leaves_the_others(place: int, text: str) -> None:
    before = arrival(correlation_id="c", reply_to="r", group_id="s").payload
    after = with_system_property(before, place, text)
    names = {0: "messageid", 2: "to", 3: "label", 4: "replyto", 5: "correlationid", 10: "sessionid"}
    name = names.get(place, "replytosessionid")
    assert after.system_properties == {**before.system_properties, name: text}
    assert len(list(codec.sections(after.bare))) == len(list(codec.sections(before.bare)))
