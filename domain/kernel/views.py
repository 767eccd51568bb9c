"""The shape of a read model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from domain.kernel.messages import RecordedEvent

D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[D]):
    """A read model as pure functions: which document an event belongs to, and the document after it.

    `evolve` gets None for a document that does not exist yet; None from it means that there is nothing to show still.
    A document fed by several streams begins with that of `founded_by`, whichever comes first. A key may be
    `partition/row`; documents of one partition can be read together.
    A document with `listed_at` is found not only by its key, but also at `(partition, row)`, and with others of its
    partition in the order of their rows. Both must follow from the document as first saved, and never change.
    """

    name: str
    document: type[D]
    sources: tuple[str, ...]
    """The categories of the streams it is made from."""
    key: Callable[[Any], str]
    evolve: Callable[[D | None, RecordedEvent[Any]], D | None]
    founded_by: Callable[[Any], str] | None = None
    listed_at: Callable[[D], tuple[str, str]] | None = None
    only: type[Any] | None = None
    """Of their events, this type alone."""

    def takes(self, event: RecordedEvent[Any]) -> bool:
        """Whether the event has a place in this view."""
        wanted = self.only is None or isinstance(event.message, self.only)
        return wanted and event.stream_id.partition("-")[0] in self.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredView:
    """A document as read: `versions` has the last event applied of each source stream; `token` guards the write."""

    document: Any
    versions: dict[str, int]
    token: str | None = None
