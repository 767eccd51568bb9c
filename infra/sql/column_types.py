"""Column types that mean the same in Azure SQL and in SQLite."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, DateTime, Dialect, String, TypeDecorator, Uuid
from sqlalchemy.types import TypeEngine

from infra.sql.sequential_guid import from_sortable_text, to_sortable_text


class SequentialGuid(TypeDecorator[UUID]):
    """A key drawn by `new_sequential_guid`: `uniqueidentifier`, or in SQLite text that sorts in the same order."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "mssql" else CHAR(32))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "mssql" else to_sortable_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return value if value is None or dialect.name == "mssql" else from_sortable_text(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment: `datetimeoffset`, or in SQLite ISO 8601 in UTC, always as long, so that text sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "mssql" else String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} says no time zone; moments are stored in UTC")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "mssql" else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value if dialect.name == "mssql" else datetime.fromisoformat(value)
        return moment.astimezone(UTC)
