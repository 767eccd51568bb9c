"""A release takes over from the last one while both run: each reads what the other writes. So does the way back.

A new message or a new version of one comes in two releases. The first knows it but does not write it, and says so in
NOT_WRITTEN_YET; the second writes it, when the last release can read it.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.message_types import REGISTRY
from tests.contract.release_comparison import check_out, incompatibilities, last_release

PROJECT = Path(__file__).parents[2]
NOT_WRITTEN_YET: frozenset[str] = frozenset()
"""Names of types of messages, such as registration.OrderMoved.v1, that the last release does not know."""


def calls_in(folder: Path) -> Iterator[str]:
    """The names of all functions and classes called in the modules of a folder."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_this_release_and_the_last_one_understand_each_other(tmp_path: Path) -> None:
    tag = last_release(PROJECT)
    if tag is None:
        pytest.skip("there is no last release: no tag v* that this commit goes back to")
    assert incompatibilities(check_out(PROJECT, tag, tmp_path), PROJECT, NOT_WRITTEN_YET) == []


def test_what_is_not_written_yet_is_made_nowhere() -> None:
    called = {name for folder in ("domain", "functions", "infra") for name in calls_in(PROJECT / folder)}
    assert {REGISTRY[name].__name__ for name in NOT_WRITTEN_YET}.isdisjoint(called)
    assert "OrderPlaced" in called


# The same on a repository made for the purpose, in which the next release is not always a good one


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is here, released as v1.0.0 but for one later commit."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("domain", "infra", "tests/contract"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "--no-verify", "--message=The release"],
        ["tag", "v1.0.0"],
        ["commit", "--quiet", "--no-verify", "--allow-empty", "--message=What comes next"],
    ):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def last_tree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last release, from its tag."""
    tag = last_release(repository)
    assert tag == "v1.0.0"
    return check_out(repository, tag, tmp_path_factory.mktemp("last"))


def changed(repository: Path, folder: Path, *changes: tuple[str, str, str]) -> Path:
    """The next release, in which some text of some files is another."""
    tree = folder / "next"
    shutil.copytree(repository, tree, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    for file, old, new in changes:
        text = (tree / file).read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r} any more; change this test"
        (tree / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return tree


Change = tuple[str, str, str]
"""A file, some text in it, and what stands there instead."""
ORDER_MESSAGES, TABLES = "domain/registration/order_messages.py", "infra/sql/tables.py"
TOPOLOGY = "infra/servicebus.json"
A_NEW_SUBSCRIPTION = '{"Name": "order-views-2", "Properties": {"RequiresSession": false}, "Rules": []},'
A_NEW_MESSAGE: list[Change] = [
    (
        ORDER_MESSAGES,
        "OrderEvent = (",
        "@dataclass(frozen=True)\nclass OrderMoved:\n    order_id: UUID\n\n\nOrderEvent = (",
    ),
    ("infra/message_types.py", "] = {\n", '] = {\n    "registration.OrderMoved.v1": order.OrderMoved,\n'),
    (TOPOLOGY, "'OrderExpired', 'OrderRefundRequired')", "'OrderExpired', 'OrderRefundRequired', 'OrderMoved')"),
]
HARMLESS_CHANGES: list[Change] = [
    (ORDER_MESSAGES, "    access_code: str\n", "    access_code: str\n    note: str | None = None\n"),
    ("domain/registration/order_views.py", "refund_due: bool", "note: str = ''\n    refund_due: bool"),
    (TABLES, 'Column("tagline", Unicode(400))', 'Column("hall", Unicode(9)), Column("tagline", Unicode(400))'),
    (TOPOLOGY, '"Subscriptions": [', f'"Subscriptions": [{A_NEW_SUBSCRIPTION}'),
]
HARMFUL_CHANGES: dict[str, tuple[Change, str]] = {
    "a message is no longer known": (
        ("infra/message_types.py", '    "registration.OrderRefundRequired.v1": order.OrderRefundRequired,\n', ""),
        "this release cannot read message registration.OrderRefundRequired.v1 as the last one wrote it",
    ),
    "a field of a message has another name": (
        (ORDER_MESSAGES, "    access_code: str\n", "    entry_code: str\n"),
        "the last release cannot read commit with registration.OrderPlaced.v1 as this one writes it",
    ),
    "a message has another version": (
        ("infra/message_types.py", '"registration.OrderUpdated.v1"', '"registration.OrderUpdated.v2"'),
        "the last release cannot read message registration.OrderUpdated.v2 as this one writes it",
    ),
    "a view has a state that was not known": (
        (
            "domain/registration/order.py",
            '    REJECTED = "rejected"\n',
            '    REJECTED = "rejected"\n    LOST = "lost"\n',
        ),
        "as this one writes it: UnreadableMessage: OrderView: Invalid enum value 'lost'",
    ),
    "a field of a view has another name": (
        ("domain/registration/order_views.py", "refund_due: bool = False", "refund: bool = False"),
        "view orders 0 as this one writes it: /document/refund_due is no longer written, and would be read as False",
    ),
    "rows lie somewhere else": (
        ("domain/registration/managed_orders.py", ":015d}", ":016d}"),
        "the last release misreads view managedorders 0 as this one writes it: /RowKey is",
    ),
    "a process keeps something else": (
        ("domain/registration/registration_process.py", "attempt: int = 0", "attempt: str = '0'"),
        "this release cannot read process 0 as the last one wrote it",
    ),
    "a column must be filled": (
        (TABLES, 'Column("price", Integer,', 'Column("hall", Integer, nullable=False), Column("price", Integer,'),
        "the last release's INSERTs into seat_types leave out hall, which needs a value",
    ),
    "a column is gone": (
        (TABLES, '    Column("tagline", Unicode(400)),\n', ""),
        "the last release needs column conferences.tagline",
    ),
    "a subscription keeps back what it let through": (
        (TOPOLOGY, "'OrderExpired', 'OrderRefundRequired')", "'OrderExpired')"),
        "order-events/registration-process keeps back OrderRefundRequired, which the last release waits for",
    ),
    "a subscription lets through what it kept back": (
        (TOPOLOGY, "IN ('SeatsReserved')", "IN ('SeatsReserved', 'SeatsReservationCancelled')"),
        "availability-events/registration-process lets through SeatsReservationCancelled, which the last release does",
    ),
    "a subscription has another kind of rule": (
        (TOPOLOGY, "sys.Label IN ('OrderConfirmed')", "1 = 1"),
        "order-events/seat-assignments keeps back OrderConfirmed, which",
    ),
    "a subscription forwards to another queue": (
        (TOPOLOGY, '"ForwardTo": "message-log"', '"ForwardTo": "audit"'),
        "conference-events/message-log has another ForwardTo",
    ),
    "a queue has another name": (
        (TOPOLOGY, '"Name": "payment-commands"', '"Name": "commands-of-payments"'),
        "payment-commands is gone, and the last release listens to it: leave it as it is, and make a new one beside it",
    ),
    "a queue has no sessions any more": (
        (TOPOLOGY, '"RequiresSession": true', '"RequiresSession": false'),
        "order-commands has another RequiresSession",
    ),
}


def test_a_release_that_changes_nothing_is_welcome(last_tree: Path, repository: Path) -> None:
    assert incompatibilities(last_tree, repository) == []


def test_a_release_may_add_what_may_be_left_out(repository: Path, last_tree: Path, tmp_path: Path) -> None:
    assert incompatibilities(last_tree, changed(repository, tmp_path, *HARMLESS_CHANGES)) == []


def test_a_new_message_is_read_by_one_release_and_written_by_the_next(
    repository: Path, last_tree: Path, tmp_path: Path
) -> None:
    tree = changed(repository, tmp_path, *A_NEW_MESSAGE)
    too_early = incompatibilities(last_tree, tree)
    assert [fault.partition(":")[0] for fault in too_early] == [
        "the last release cannot read message registration.OrderMoved.v1 as this one writes it",
        "the last release cannot read commit with registration.OrderMoved.v1 as this one writes it",
        "order-events/registration-process lets through OrderMoved, which the last release does not expect there",
    ]
    assert incompatibilities(last_tree, tree, {"registration.OrderMoved.v1"}) == []
    assert incompatibilities(tree, tree) == []


def test_another_form_of_all_messages_is_found_out(repository: Path, last_tree: Path, tmp_path: Path) -> None:
    tree = changed(repository, tmp_path, ("infra/serialization.py", 'rename="camel"', 'rename="kebab"'))
    faults = " ".join(incompatibilities(last_tree, tree))
    assert "this release cannot read golden registration.OrderPlaced.v1 as the last one wrote it" in faults
    assert "the last release cannot read message registration.OrderPlaced.v1 as this one writes it" in faults


@pytest.fixture(scope="module")
def found(repository: Path, last_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of a release with every harmful change."""
    changes = [change for change, _ in HARMFUL_CHANGES.values()]
    return incompatibilities(last_tree, changed(repository, tmp_path_factory.mktemp("harmful"), *changes))


@pytest.mark.parametrize("what", HARMFUL_CHANGES)
def test_what_the_last_release_cannot_live_with_is_found_out(found: list[str], what: str) -> None:
    _, fault = HARMFUL_CHANGES[what]
    assert any(fault in each for each in found), found


def test_without_a_tag_there_is_no_last_release(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert last_release(tmp_path) is None
