"""Two releases side by side: does either understand what the other writes?

During a swap, and for as long as it may be swapped back, release N and release N-1 work on the same queues, streams,
tables and rows. `release_forms` of each tree says what it writes and what it makes of what it is given;
`topology_comparison` looks at what each is brought.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.topology_comparison import differences

Forms = dict[str, Any]
Answer = dict[str, Any]


def last_release(repository: Path) -> str | None:
    """The latest tag `v…` that what is checked out goes back to; None where there is none, or no repository."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"]
    described = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    return described.stdout.strip() or None


def check_out(repository: Path, tag: str, folder: Path) -> Path:
    """The tree of `tag`, in `folder`."""
    archive = folder / "release.tar"
    subprocess.run(["git", "archive", f"--output={archive}", tag], cwd=repository, check=True)
    tree = folder / "tree"
    with tarfile.open(archive) as content:
        content.extractall(tree, filter="data")
    return tree


def ask(tree: Path, forms: Forms) -> Answer:
    """What the release in `tree` writes, and what it makes of `forms`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "tests.contract.release_forms"]
    asked = subprocess.run(
        command, cwd=tree, env=environment, input=json.dumps(forms), capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, f"{tree} says nothing of what it writes:\n{asked.stderr}"
    answer: Answer = json.loads(asked.stdout)
    return answer


@cache
def _writes(tree: Path) -> Answer:
    return ask(tree, {})


def incompatibilities(last_tree: Path, this_tree: Path, not_written_yet: Collection[str] = ()) -> list[str]:
    """What would go wrong while both run. `not_written_yet`: types of messages that this release only reads."""
    last = _writes(last_tree)
    this = ask(this_tree, last["writes"])
    sent = {name: body for name, body in this["writes"].items() if name.split()[-1] not in not_written_yet}
    back = ask(last_tree, sent)
    return [
        *_misread("this release", "the last one wrote", this["reads"], last["writes"], may_add=True),
        *_misread("the last release", "this one writes", back["reads"], sent, may_add=False),
        *_columns(last["tables"], this["tables"]),
        *differences(_topology(last_tree), _topology(this_tree), {name.split(".")[1] for name in not_written_yet}),
    ]


def _topology(tree: Path) -> Any:
    return json.loads((tree / "infra/servicebus.json").read_bytes())


def _misread(who: str, whose: str, reads: Forms, writes: Forms, *, may_add: bool) -> Iterator[str]:
    for name, reading in reads.items():
        if "fault" in reading:
            yield f"{who} cannot read {name} as {whose} it: {reading['fault']}"
        elif reading["body"] is not None and not _was_upcast(reading["body"], writes[name]):
            for difference in _differences(reading["body"], writes[name], may_add=may_add):
                yield f"{who} misreads {name} as {whose} it: {difference}"


def _was_upcast(read: Any, written: Any) -> bool:
    """Whether it is a message, or contains one, that has another version now: its members may be others."""
    return sorted(_types(read)) != sorted(_types(written))


def _types(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        if isinstance(body.get("type"), str):
            yield body["type"]
        for value in body.values():
            yield from _types(value)
    elif isinstance(body, list):
        for value in body:
            yield from _types(value)


def _differences(read: Any, written: Any, path: str = "", *, may_add: bool) -> Iterator[str]:
    """Where the two say something else; `may_add`: what was read may have more, for which there is a default."""
    if isinstance(read, dict) and isinstance(written, dict):
        for member, value in read.items():
            if member in written:
                yield from _differences(value, written[member], f"{path}/{member}", may_add=may_add)
            elif not may_add:
                yield f"{path}/{member} is no longer written, and would be read as {value!r}"
    elif isinstance(read, list) and isinstance(written, list) and len(read) == len(written):
        for number, pair in enumerate(zip(read, written, strict=True)):
            yield from _differences(*pair, f"{path}/{number}", may_add=may_add)
    elif read != written:
        yield f"{path} is {written!r}, and would be read as {read!r}"


def _columns(last: dict[str, dict[str, bool]], this: dict[str, dict[str, bool]]) -> Iterator[str]:
    """What the last release's statements would miss in the migrated database, or leave out of it."""
    for table, columns in last.items():
        now = this.get(table, {})
        yield from (f"the last release needs column {table}.{column}" for column in columns.keys() - now.keys())
        for column, must_be_named in now.items():
            if must_be_named and not columns.get(column, False):
                yield f"the last release's INSERTs into {table} leave out {column}, which needs a value"
