"""Where a listing goes on, as a text that clients can carry around."""

import base64
from collections.abc import Mapping

import msgspec


def page_token(continuation: Mapping[str, str] | None) -> str | None:
    """The SDK's continuation token, safe in a URL; None at the end."""
    if not continuation:
        return None
    place = [continuation["PartitionKey"], continuation["RowKey"]]
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def parse_page_token(token: str | None) -> dict[str, str | None] | None:
    """The other way round. Raises ValueError for anything that `page_token` did not give."""
    if token is None:
        return None
    try:
        partition, row = msgspec.json.decode(base64.urlsafe_b64decode(token), type=tuple[str, str | None])
    except (ValueError, msgspec.MsgspecError) as error:
        raise ValueError(f"{token!r} is not where a listing goes on") from error
    return {"PartitionKey": partition, "RowKey": row}
