"""Golden files: what every version ever released has written. Never edit one; releases to come must read it.

    python -m tests.contract.golden_files

writes the missing ones of newly registered messages, with made-up values, and touches no other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from domain.kernel.messages import Envelope
from infra.message_types import REGISTRY
from infra.serialization import encode_envelope
from tests.contract.made_up import TIME, made_up

GOLDEN = Path(__file__).with_name("golden")
MESSAGES = GOLDEN / "messages"


def golden_message(type_name: str) -> Path:
    """Where the golden file of a type of messages is."""
    return MESSAGES / f"{type_name}.json"


def write_missing() -> Iterator[Path]:
    """Write the golden files that are not there; gives them."""
    MESSAGES.mkdir(parents=True, exist_ok=True)
    for name, message_type in REGISTRY.items():
        path = golden_message(name)
        if not path.exists():
            envelope = Envelope(
                message=made_up(message_type, name),
                message_id=str(uuid5(NAMESPACE_OID, name)),
                correlation_id="the conversation",
                causation_id="the cause",
                time=TIME,
            )
            path.write_text(json.dumps(json.loads(encode_envelope(envelope)), indent=2) + "\n", encoding="utf-8")
            yield path


if __name__ == "__main__":
    for written in write_missing():
        print(f"wrote {written}")
