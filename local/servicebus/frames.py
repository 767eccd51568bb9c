"""The message-format of incoming transfers, which proton throws away and batches need.

The stream is cut so that each transfer with a format, and each of several frames, reaches the engine alone: while
the engine's event for it is handled, `current` is its format. All else passes in runs as long as they come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.servicebus.codec import UNSIGNED_INT, decode, list_fields

_PROTOCOL_HEADER = b"AMQP"
_TRANSFER = b"\x00\x53\x14"
_AMQP_FRAME = 0
_SMALLEST_FRAME = 8


class FrameError(ValueError):
    """The stream holds something that is no frame, or one beyond the size agreed."""


class FormatWatch:
    """Cuts one connection's input stream at frame boundaries; keeps an incomplete frame for the next call."""

    def __init__(self, largest_frame: int) -> None:
        self.current = 0
        self._largest_frame = largest_frame
        self._rest = b""
        self._open_deliveries: dict[tuple[bytes, int], int] = {}  # of several frames: (channel, handle) -> format

    def runs(self, data: bytes) -> Iterator[bytes]:
        """The whole frames among what came so far, as runs to hand to the engine. Raises FrameError."""
        data = self._rest + data if self._rest else data
        run_start = position = 0
        length = len(data)
        while length - position >= _SMALLEST_FRAME:
            end = position + self._size(data, position)
            if end > length:
                break
            format_ = self._format(data, position)
            if format_ is not None:
                if run_start < position:
                    self.current = 0
                    yield data[run_start:position]
                self.current = format_
                yield data[position:end]
                run_start = end
            position = end
        if run_start < position:
            self.current = 0
            yield data[run_start:position]
        self._rest = data[position:]

    def _size(self, data: bytes, position: int) -> int:
        if data.startswith(_PROTOCOL_HEADER, position):
            return _SMALLEST_FRAME
        size: int = UNSIGNED_INT.unpack_from(data, position)[0]
        if not _SMALLEST_FRAME <= size <= self._largest_frame:
            raise FrameError(
                f"a frame of {size} bytes; between {_SMALLEST_FRAME} and {self._largest_frame} were agreed"
            )
        return size

    def _format(self, data: bytes, position: int) -> int | None:
        """The format of a transfer that must go alone; None for any other frame."""
        performative = position + 4 * data[position + 4]
        if data[position + 5] != _AMQP_FRAME or not data.startswith(_TRANSFER, performative):
            return None
        handle, delivery_id, format_, is_partial = self._transfer_fields(data, performative + len(_TRANSFER))
        key = (data[position + 6 : position + 8], handle)
        if delivery_id is None:
            format_ = self._open_deliveries.get(key, 0)
        is_continuation = key in self._open_deliveries
        if is_partial:
            self._open_deliveries[key] = format_
        else:
            self._open_deliveries.pop(key, None)
        return format_ if format_ or is_partial or is_continuation else None

    @staticmethod
    def _transfer_fields(data: bytes, position: int) -> tuple[int, int | None, int, bool]:
        """handle, delivery-id, message-format and more, of (handle, id, tag, format, settled, more, …)."""
        count, position = list_fields(data, position)
        fields: list[Any] = []
        for _ in range(min(count, 6)):
            value, position = decode(data, position)
            fields.append(value)
        handle, delivery_id, _, format_, _, more = (*fields, *(None,) * 6)[:6]
        return handle, delivery_id, format_ or 0, bool(more)
