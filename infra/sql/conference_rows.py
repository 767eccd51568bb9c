"""A conference as rows, and back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from domain.conference_management.conference import Conference, SeatType
from domain.conference_management.events import ConferenceDetails
from domain.kernel.errors import ConcurrencyConflict
from infra.sql.tables import conferences, seat_types

AnyRow = Row[*tuple[Any, ...]]

SELECT_CONFERENCE = select(conferences).with_hint(conferences, "WITH (UPDLOCK)", "mssql")
_SEAT_TYPES = (
    select(seat_types).where(seat_types.c.conference_id == bindparam("conference_id")).order_by(seat_types.c.position)
)
_INSERT = insert(conferences)
_UPDATE = update(conferences).where(
    conferences.c.id == bindparam("of_id"), conferences.c.version == bindparam("of_version")
)
_DELETE_SEAT_TYPES = delete(seat_types).where(seat_types.c.conference_id == bindparam("of_conference"))
_INSERT_SEAT_TYPES = insert(seat_types)


def to_conference(connection: Connection, row: AnyRow) -> Conference:
    """The conference of this row of `conferences`."""
    rows = connection.execute(_SEAT_TYPES, {"conference_id": row.id})
    return Conference(
        id=row.id,
        code=row.code,
        details=ConferenceDetails(
            name=row.name,
            description=row.description,
            location=row.location,
            tagline=row.tagline,
            twitter_search=row.twitter_search,
            start_date=row.start_date,
            end_date=row.end_date,
        ),
        owner_name=row.owner_name,
        owner_email=row.owner_email,
        is_published=row.is_published,
        was_ever_published=row.was_ever_published,
        seat_types=tuple(
            SeatType(id=seat.id, name=seat.name, description=seat.description, quantity=seat.quantity, price=seat.price)
            for seat in rows
        ),
    )


def insert_conference(
    connection: Connection, conference: Conference, *, last_event: int, access_code_hash: str
) -> None:
    """Keep a new conference, still without seat types. The unique index decides whether its code is free."""
    identity = {
        "id": conference.id,
        "version": 1,
        "last_event": last_event,
        "code": conference.code,
        "code_key": code_key(conference.code),
        "owner_name": conference.owner_name,
        "owner_email": conference.owner_email,
        "owner_email_key": conference.owner_email.casefold(),
        "access_code_hash": access_code_hash,
    }
    connection.execute(_INSERT, identity | _changeable(conference))


def code_key(code: str) -> str:
    """What makes a code unique: the same in any letter case."""
    return code.lower()


def update_conference(
    connection: Connection, before: Conference, after: Conference, *, version: int, last_event: int
) -> None:
    """Save what changed. Raises ConcurrencyConflict unless the row still has this version."""
    values = {"version": version + 1, "last_event": last_event} | _changeable(after)
    result = connection.execute(_UPDATE.values(values), {"of_id": after.id, "of_version": version})
    if result.rowcount != 1:
        raise ConcurrencyConflict(f"conference {after.id} was changed meanwhile")
    if after.seat_types != before.seat_types:
        _rewrite_seat_types(connection, after.id, after.seat_types)


def _rewrite_seat_types(connection: Connection, conference_id: UUID, after: Sequence[SeatType]) -> None:
    """All of them: they are few, and their order matters."""
    connection.execute(_DELETE_SEAT_TYPES, {"of_conference": conference_id})
    if after:
        connection.execute(
            _INSERT_SEAT_TYPES,
            [
                {
                    "id": seat_type.id,
                    "conference_id": conference_id,
                    "position": position,
                    "name": seat_type.name,
                    "description": seat_type.description,
                    "quantity": seat_type.quantity,
                    "price": seat_type.price,
                }
                for position, seat_type in enumerate(after)
            ],
        )


def _changeable(conference: Conference) -> dict[str, Any]:
    details = conference.details
    return {
        "name": details.name,
        "description": details.description,
        "location": details.location,
        "tagline": details.tagline,
        "twitter_search": details.twitter_search,
        "start_date": details.start_date,
        "end_date": details.end_date,
        "is_published": conference.is_published,
        "was_ever_published": conference.was_ever_published,
    }
