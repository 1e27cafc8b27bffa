"""The filter of a recall, as Lance reads it. Every value that comes from outside passes through `quoted`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

USER = "user_id"  # a scope too: resolved to an entity before the filter is made
SCOPE_COLUMNS = ("agent_id", "run_id", "app_id")
MOST = 1_000_000_000
When = date | datetime | str | None


class BadRequestError(ValueError):
    """A recall asks for something that makes no sense; the message names the field."""


@dataclass(frozen=True)
class RecallFilter:
    """What a recall may see: `where` as SQL, whose memories that is, and whether replaced statements stay out."""

    where: str
    owners: tuple[str, ...]
    only_current: bool

    @property
    def sql(self) -> str:
        """All of it as SQL."""
        return f"{self.where} and is_current = true" if self.only_current else self.where


def quoted(value: str) -> str:
    """A string literal that cannot end early."""
    return "'" + value.replace("'", "''") + "'"


def listed(field: str, values: Iterable[str]) -> tuple[str, ...]:
    """Several texts; one alone would be taken letter by letter."""
    if isinstance(values, str):
        raise BadRequestError(f"{field}: give a list of texts, not one text")
    return tuple(checked_text(field, value) for value in values)


def refuse_others(field: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Raises BadRequestError for a value that is none of those there are: it would find nothing, and say nothing."""
    names = sorted(known)
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise BadRequestError(f"{field}: {', '.join(unknown)} is none of {', '.join(names)}")


def checked_text(field: str, value: object, longest: int | None = None) -> str:
    """A text as it was given.

    Raises BadRequestError for what is none, cannot be written down (half a character), or is too long.
    """
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        raise BadRequestError(f"{field}: give a text" + (f" of at most {longest} characters" if longest else ""))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadRequestError(f"{field}: {error.reason} at character {error.start}") from error
    return value


def checked_count(field: str, value: object) -> int:
    """A number of things.

    Raises BadRequestError for what is none.
    """
    if not isinstance(value, int) or not 0 <= value <= MOST:
        raise BadRequestError(f"{field}: {str(value)[:20]} is no whole number from 0 to {MOST}")
    return value


def checked_share(field: str, value: object) -> float:
    """A number from 0 to 1.

    Raises BadRequestError for what is none: a percentage would leave out everything, and say nothing.
    """
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        kind = "not a number" if value != value else f"{str(value)[:20]} is no number from 0 to 1"  # noqa: PLR0124 (nan)
        raise BadRequestError(f"{field}: {kind}")
    return float(value)


def owner_filter(owners: Sequence[str]) -> str:
    """Whose memories: the part of the filter that keeps customers apart, never empty."""
    if not owners or not all(owners):
        raise BadRequestError("a recall needs an owner")
    return f"owner in ({', '.join(quoted(owner) for owner in owners)})"


def recall_filter(
    owners: Sequence[str],
    begin: When,
    end: When,
    channels: Iterable[str],
    scopes: Mapping[str, str],
    kinds: Iterable[str],
    history: bool,
) -> RecallFilter:
    """Everything a recall filters on; begin is inclusive, end exclusive."""
    unknown = sorted(set(scopes) - set(SCOPE_COLUMNS))
    if unknown:
        raise BadRequestError(f"scopes: {', '.join(unknown)} is none of {', '.join((USER, *SCOPE_COLUMNS))}")
    parts = [owner_filter(owners)]
    parts += [f"occurred_at >= {_instant('begin', begin)}"] if begin is not None else []
    parts += [f"occurred_at < {_instant('end', end)}"] if end is not None else []
    for column, values in (("channel", list(channels)), ("kind", list(kinds))):
        parts += [f"{column} in ({', '.join(quoted(value) for value in values)})"] if values else []
    parts += [f"{column} = {quoted(value)}" for column, value in sorted(scopes.items())]
    return RecallFilter(" and ".join(parts), tuple(owners), only_current=not history)


def _instant(field: str, value: When) -> str:
    try:
        moment = parse_instant(field, value).astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise BadRequestError(f"{field}: {value!r} is beyond the years 1 to 9999") from error
    return f"timestamp '{moment.isoformat(sep=' ', timespec='microseconds')}'"


def refuse_backwards(begin: When, end: When) -> None:
    """Raises BadRequestError for a time that ends before it begins: it would find nothing, and say nothing."""
    if begin is not None and end is not None and parse_instant("begin", begin) >= parse_instant("end", end):
        raise BadRequestError(f"begin: {begin} is not before end, {end}")


def parse_instant(field: str, value: When) -> datetime:
    """A time as given: an ISO text, a date (its midnight) or a datetime; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise BadRequestError(f"{field}: {value!r} is no ISO 8601 date or time") from error
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(moment, date):
        return datetime.combine(moment, time.min, tzinfo=UTC)
    raise BadRequestError(f"{field}: {value!r} is no date or time")
