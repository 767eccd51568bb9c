"""What registrants and attendees are called, and how they are reached.

The domain is given these texts sealed under a key of their order: opaque, and equal exactly where the plain ones are.
So it decides, replays and projects without ever seeing a name, whatever is copied from its messages is sealed too, and
once the key is destroyed nobody can read any of the copies.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

SEALED = "sealed:"
"""What sealed text begins with. After it, an e-mail is the address in small letters, a colon, the address as typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalInfo:
    """A registrant or an attendee."""

    first_name: str
    last_name: str
    email: str

    def has_email_of(self, other: "PersonalInfo") -> bool:
        """Whether the two are reached at the same address, whatever its letter case."""
        return _address(self.email) == _address(other.email)


def _address(email: str) -> str:
    return email.rpartition(":")[0] if email.startswith(SEALED) else email.casefold()


class Sealer(Protocol):
    """Keeps the keys, one per order."""

    async def seal(self, order_id: UUID, info: PersonalInfo) -> PersonalInfo:
        """`info` sealed under the key of this order, which is drawn when it has none.

        Raises NotPossible `registrant-forgotten` once the key was destroyed, and Unavailable.
        """

    async def destroy_key(self, order_id: UUID) -> None:
        """Nobody reads, from now on, what was sealed for this order, and nothing more is. Raises Unavailable."""
