"""Dates that people write ("by Friday", "within two weeks", "end of March"), resolved against the day they wrote it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "a couple": 2, "couple of": 2, "three": 3, "a few": 3,
    "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "fourteen": 14,
}  # fmt: skip
MONTHS_A_YEAR = 12
LATE_DAYS = 60  # a day and month this far in the past mean next year's

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_ON_DAY = rf"(?:(?:{'|'.join(WEEKDAYS)}),? (?:the )?)?"  # "Monday 31 March": the date tells more than the day's name
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_WEEKDAY = r"(?P<weekday>" + "|".join(WEEKDAYS) + ")"

Resolver = Callable[[re.Match[str], date], date | None]


def month_end(day: date) -> date:
    """Last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the month's last where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def _iso(match: re.Match[str], _: date) -> date | None:
    return _safe(int(match["y"]), int(match["m"]), int(match["d"]))


def _numeric(match: re.Match[str], _: date) -> date | None:
    """31.03.2025, 31/03/2025 and 03/31/2025; what could be either month or day is read by nobody."""
    first, second, year = int(match["d"]), int(match["m"]), int(match["y"])
    if match["by"] == "." or first > MONTHS_A_YEAR or first == second:
        return _safe(year, second, first)
    return _safe(year, first, second) if second > MONTHS_A_YEAR else None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_day(match: re.Match[str], said: date) -> date | None:
    month = MONTHS.index(match["month"][:3].lower()) + 1
    if match["year"]:
        return _safe(int(match["year"]), month, int(match["day"]))
    found = _safe(said.year, month, int(match["day"]))
    if found and (said - found).days > LATE_DAYS:
        return _safe(said.year + 1, month, int(match["day"]))
    return found


def _of_month(match: re.Match[str], said: date) -> date:
    month = MONTHS.index(match["month"][:3].lower()) + 1
    year = int(match["year"]) if match["year"] else said.year + (month < said.month)
    return month_end(date(year, month, 1))


def _in_units(match: re.Match[str], said: date) -> date:
    count = match["count"].lower()
    number = int(count) if count.isdigit() else NUMBERS[count]
    unit = match["unit"].lower()
    if unit.startswith("month"):
        return add_months(said, number)
    if unit.startswith(("hour", "minute")):
        return said + timedelta(days=(number if unit.startswith("hour") else 0) // 24)
    if match["business"]:
        return _business_days(said, number * (5 if unit.startswith("week") else 1))
    return said + timedelta(days=number * (7 if unit.startswith("week") else 1))


def _business_days(day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _weekday(match: re.Match[str], said: date) -> date:
    target = WEEKDAYS.index(match["weekday"].lower())
    if (match["which"] or "").lower() == "next":
        return said + timedelta(days=7 - said.weekday() + target)
    return said + timedelta(days=(target - said.weekday() - 1) % 7 + 1)


def _period_end(match: re.Match[str], said: date) -> date:
    unit, later = match["unit"].lower(), (match["which"] or "").lower() == "next"
    if unit == "day":
        return said + timedelta(days=int(later))
    if unit == "week":
        return said + timedelta(days=4 - said.weekday() + (7 if later or said.weekday() > 4 else 0))
    if unit == "month":
        return month_end(add_months(said.replace(day=1), int(later)))
    if unit == "quarter":
        return _quarter_end(said.year, (said.month - 1) // 3 + int(later))
    return date(said.year + int(later), 12, 31)


def _quarter_end(year: int, index: int) -> date:
    return month_end(date(year + index // 4, index % 4 * 3 + 3, 1))


def _quarter(match: re.Match[str], said: date) -> date:
    end = _quarter_end(said.year, int(match["q"]) - 1)
    return end if end >= said else _quarter_end(said.year + 1, int(match["q"]) - 1)


def _early_next_week(_: re.Match[str], said: date) -> date:
    return said + timedelta(days=7 - said.weekday() + 1)


def _days(count: int) -> Resolver:
    return lambda _, said: said + timedelta(days=count)


_UNIT = r"(?:business |working |calendar )?(?P<unit>day|week|month|quarter|year)"
_LEAD = r"(?:(?:no later than|at the latest|not later than|by|before|until|on|for|around|latest)(?: the)? )?"
_LATER = (
    rf"(?:in|within)(?: the next| about| under)? {_COUNT} (?P<business>business |working )?"
    r"(?P<unit>hours?|minutes?|days?|weeks?|months?)(?:'?s? time)?"
)

# In order of preference where two forms begin at the same place.
_FORMS: tuple[tuple[str, Resolver], ...] = (
    (rf"{_ON_DAY}(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _iso),
    (rf"{_ON_DAY}(?P<d>\d{{1,2}})(?P<by>[./])(?P<m>\d{{1,2}})[./](?P<y>20\d\d)", _numeric),
    (rf"{_ON_DAY}{_DAY}(?: of)? {_MONTH}{_YEAR}", _month_day),
    (rf"{_ON_DAY}{_MONTH} {_DAY}{_YEAR}(?![\d:%])", _month_day),
    (r"the day after tomorrow", _days(2)),
    (r"tomorrow(?: (?:morning|afternoon|evening|noon))?", _days(1)),
    (r"(?:later |first thing )?today|tonight|this (?:morning|afternoon|evening)|eod|cob", _days(0)),
    (rf"(?:the )?(?:end of|late|by) {_MONTH}{_YEAR}(?! \d)", _of_month),
    (rf"(?:the )?(?:end|close) of (?:(?P<which>this|next|the) )?{_UNIT}", _period_end),
    (r"early next week|beginning of next week", _early_next_week),
    (rf"(?:later |sometime )?(?P<which>this|next) {_UNIT}", _period_end),
    (_LATER, _in_units),
    (rf"(?:(?P<which>this|next|coming) )?{_WEEKDAY}", _weekday),
    (r"(?:the )?(?:end of )?q(?P<q>[1-4])", _quarter),
)
_COMPILED = tuple(
    (re.compile(rf"(?<![\w-]){_LEAD}(?:{form.replace(' ', chr(92) + 's+')})(?![\w-])", re.IGNORECASE), resolve)
    for form, resolve in _FORMS
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date that a text names: the day meant, and where its words stand (the preposition included)."""

    day: date
    start: int
    end: int


def find_date(text: str, said: date) -> FoundDate | None:
    """The first date in a text, or None: relative ones count from `said`, impossible ones (30 February) are skipped."""
    found: FoundDate | None = None
    for pattern, resolve in _COMPILED:
        for match in pattern.finditer(text):
            if found and match.start() >= found.start:
                break
            day = resolve(match, said)
            if day:
                found = FoundDate(day, *match.span())
                break
    return found
