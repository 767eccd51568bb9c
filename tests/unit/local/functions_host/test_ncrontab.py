"""Schedules of timers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.functions_host.ncrontab import ScheduleError, parse_schedule

NOON = datetime(2027, 6, 14, 12, 0, 0, 500, UTC)  # a Monday


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("* * * * * *", "2027-06-14T12:00:01"),
        ("*/15 * * * * *", "2027-06-14T12:00:15"),
        ("0 */5 * * * *", "2027-06-14T12:05:00"),
        ("0 5,10 * * * *", "2027-06-14T12:05:00"),
        ("0 0 9-17/4 * * *", "2027-06-14T13:00:00"),
        ("0 30 9 * * Mon-Fri", "2027-06-15T09:30:00"),
        ("0 30 9 * Jan Mon", "2028-01-03T09:30:00"),
        ("0 0 0 31 * *", "2027-07-31T00:00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00"),
        ("0 0 0 13 * 5", "2027-08-13T00:00:00"),
        ("30 3 * * *", "2027-06-15T03:30:00"),
    ],
)
def test_the_next_moment_of_a_schedule(text: str, following: str) -> None:
    assert parse_schedule(text).next_after(NOON) == datetime.fromisoformat(following).replace(tzinfo=UTC)


def test_a_time_span_counts_from_the_last_run() -> None:
    assert parse_schedule("00:00:30").next_after(NOON) == NOON.replace(second=30)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("* * * *", "six fields"),
        ("60 * * * * *", "no second: it goes from 0 to 59"),
        ("* * * * Foo *", "'Foo' is no month"),
        ("*/0 * * * * *", "no second"),
        ("10-5 * * * * *", "no second"),
        ("00:00:00", "must be above zero"),
        ("1:2:3:4", "not a time span"),
    ],
)
def test_a_wrong_schedule_is_refused_with_the_part_that_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason):
        parse_schedule(text)


def test_a_day_that_never_comes_is_refused() -> None:
    with pytest.raises(ScheduleError, match="never comes"):
        parse_schedule("0 0 0 30 2 *").next_after(NOON)
