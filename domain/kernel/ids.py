"""Ids are derived, not drawn: doing a step twice yields the same ids.

Random ids are drawn only at the edge (HTTP), where the client may supply them.
"""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f5f7cde-5dc1-4a3c-9b50-6a4d8f6f4f1e")
"""Never change this: every derived id that was ever stored hangs on it."""


def derive(cause: UUID | str, name: str) -> UUID:
    """The id of the thing called `name` that `cause` brings about, the same each time."""
    return uuid5(_NAMESPACE, f"{cause}/{name}")
