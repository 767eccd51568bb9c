"""Everything that can go wrong by rule, as one tree.

ContosoError
├── DomainError             a rule of the business says no; repeating the message cannot help
│   ├── InvalidCommand      the command itself makes no sense
│   ├── NotPossible         not in the present state (carries a stable `reason`)
│   └── NotFound            no such aggregate
├── ConcurrencyConflict     somebody else appended first: reload and decide again
├── DuplicateMessage        this message was handled before: succeed without effect
├── UnreadableMessage       stored or received in a form this release does not know; repeating cannot help
└── Unavailable             a store or the bus does not answer; trying again later can help
"""

from collections.abc import Collection


class ContosoError(Exception):
    """Root of the tree. Never raised itself."""


class DomainError(ContosoError):
    """A rule says no. A message that raises this can never succeed as it stands."""


class InvalidCommand(DomainError):
    """The command contradicts itself or names something that does not exist, such as a seat type."""


class NotPossible(DomainError):
    """Not in the present state. `reason` is stable, in kebab-case, and reaches clients as the problem type."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class NotFound(DomainError):
    """No such aggregate."""


class ConcurrencyConflict(ContosoError):
    """The state the decision was made on is not the latest."""


class DuplicateMessage(ContosoError):
    """The messages in `message_ids` were handled before; nothing was appended."""

    def __init__(self, message_ids: Collection[str]) -> None:
        super().__init__(f"handled before: {', '.join(sorted(message_ids))}")
        self.message_ids = frozenset(message_ids)


class UnreadableMessage(ContosoError):
    """Of an unknown type, or not in the form of its type."""


class Unavailable(ContosoError):
    """A store or the bus did not answer within the bound of its retry policy."""
