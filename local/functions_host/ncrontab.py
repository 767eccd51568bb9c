"""Schedules of timer triggers: NCRONTAB of six fields (seconds first) or five, or a TimeSpan.

Unlike cron, NCRONTAB wants both the day of the month and the day of the week to fit. Times are UTC.
Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from local.functions_host.settings import parse_time_span

_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_DAYS = {name: n for n, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("second", 0, 59, {}),
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),
)
_HORIZON = timedelta(days=366 * 28)


class ScheduleError(ValueError):
    """A schedule that cannot be understood or that never comes."""


class Schedule(Protocol):
    def next_after(self, moment: datetime) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Interval:
    """Every `every`, counted from the run before."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        return moment + self.every


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moments whose every part is among the allowed ones."""

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def next_after(self, moment: datetime) -> datetime:
        """The first fitting moment after `moment`. Raises ScheduleError when none comes in 28 years."""
        at, horizon = moment.replace(microsecond=0) + timedelta(seconds=1), moment + _HORIZON
        while at < horizon:
            if at.month not in self.months:
                at = (at.replace(day=1, hour=0, minute=0, second=0) + timedelta(days=32)).replace(day=1)
            elif at.day not in self.days or at.isoweekday() % 7 not in self.weekdays:
                at = at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            elif at.hour not in self.hours:
                at = at.replace(minute=0, second=0) + timedelta(hours=1)
            elif at.minute not in self.minutes:
                at = at.replace(second=0) + timedelta(minutes=1)
            elif at.second not in self.seconds:
                at += timedelta(seconds=1)
            else:
                return at
        raise ScheduleError(f"the schedule {self.text!r} never comes")


def parse_schedule(text: str) -> Schedule:
    """Read a schedule. Raises ScheduleError saying which part is wrong."""
    if ":" in text:
        try:
            every = timedelta(seconds=parse_time_span(text))
        except ValueError as error:
            raise ScheduleError(str(error)) from None
        if every <= timedelta(0):
            raise ScheduleError(f"the interval {text!r} must be above zero")
        return Interval(every)
    parts = text.split()
    if len(parts) == 5:
        parts.insert(0, "0")
    if len(parts) != 6:
        raise ScheduleError(f"the schedule {text!r} must have six fields, seconds first, or be a time span")
    fields = (_parse_field(part, *field) for part, field in zip(parts, _FIELDS, strict=True))
    return Calendar(text, *fields)


def _parse_field(text: str, name: str, low: int, high: int, names: dict[str, int]) -> tuple[int, ...]:
    allowed: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        try:
            start = low if first == "*" else _number(first, names)
            open_end = high if first == "*" or step else start
            end = _number(last, names) if last else open_end
            stride = int(step) if step else 1
        except ValueError:
            raise ScheduleError(f"{part!r} is no {name}") from None
        if not (low <= start <= end <= high) or stride < 1:
            raise ScheduleError(f"{part!r} is no {name}: it goes from {low} to {high}")
        allowed.update(range(start, end + 1, stride))
    return tuple(sorted(allowed))


def _number(text: str, names: dict[str, int]) -> int:
    found = names.get(text.lower()[:3]) if text.isalpha() else None
    return int(text) if found is None else found
