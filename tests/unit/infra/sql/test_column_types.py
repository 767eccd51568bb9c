"""Moments and keys on their way into SQL and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite

from infra.sql.column_types import SequentialGuid, UtcTime
from infra.sql.sequential_guid import new_sequential_guid, to_sortable_text

SQLITE = sqlite.dialect()
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_moment_is_kept_in_utc_and_always_as_long() -> None:
    in_zurich = NOON.astimezone(timezone(timedelta(hours=1)))
    assert UtcTime().process_bind_param(in_zurich, SQLITE) == "2027-03-01T12:00:00.000000+00:00"
    assert UtcTime().process_result_value("2027-03-01T12:00:00.000000+00:00", SQLITE) == NOON


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="says no time zone"):
        UtcTime().process_bind_param(datetime(2027, 3, 1, 12), SQLITE)


def test_a_key_is_kept_as_text_that_sorts() -> None:
    key = new_sequential_guid()
    kept = SequentialGuid().process_bind_param(key, SQLITE)
    assert kept == to_sortable_text(key)
    assert SequentialGuid().process_result_value(kept, SQLITE) == key


def test_nothing_stays_nothing() -> None:
    for column_type in (UtcTime(), SequentialGuid()):
        assert column_type.process_bind_param(None, SQLITE) is None
        assert column_type.process_result_value(None, SQLITE) is None
