"""A Sealer whose seals can be read in a failure's message."""

from __future__ import annotations

from uuid import UUID

from domain.kernel.errors import NotPossible
from domain.registration.personal_info import SEALED, PersonalInfo


def sealed(info: PersonalInfo) -> PersonalInfo:
    """`info` as the domain gets to see it."""
    return PersonalInfo(
        first_name=f"{SEALED}{info.first_name}",
        last_name=f"{SEALED}{info.last_name}",
        email=f"{SEALED}{info.email.casefold()}:{info.email}",
    )


class LegibleSealer:
    """The Sealer, in memory. `keys` are the orders that have one; those in `destroyed` never will again."""

    def __init__(self) -> None:
        self.keys: set[UUID] = set()
        self.destroyed: set[UUID] = set()

    async def seal(self, order_id: UUID, info: PersonalInfo) -> PersonalInfo:
        if order_id in self.destroyed:
            raise NotPossible("registrant-forgotten", "The key was destroyed.")
        self.keys.add(order_id)
        return sealed(info)

    async def destroy_key(self, order_id: UUID) -> None:
        self.keys.discard(order_id)
        self.destroyed.add(order_id)
