"""A contract's bills over time: when each falls, what it costs, whether and when it is paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from data.demo.contracts import monthly_minor
from data.demo.model import Contract, PaymentFailure
from data.demo.timeline import END, START

RETRY_DAYS = (0, 3, 8)
TERMS_DAYS = {"charge_automatically": 7, "send_invoice": 30}


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice. `paid_at` is None while it is open; `attempts` are (moment, succeeded, failure code)."""

    number: int
    at: datetime
    period_end: datetime
    total: int
    due_at: datetime
    paid_at: datetime | None
    attempts: list[tuple[datetime, bool, str]]


def add_months(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last one."""
    year, month = divmod(moment.month - 1 + months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=moment.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"no month {months} after {moment}")


def bill_dates(contract: Contract) -> list[datetime]:
    """The moments at which bills fall within the demo's time, at five in the morning."""
    step = 12 if contract.interval == "year" else 1
    first = datetime.combine(contract.begin.date(), time(5, 0), tzinfo=UTC)
    found, number = [], 0
    while (at := add_months(first, number * step)) <= END:
        if at >= START and (contract.ended_at is None or at < contract.ended_at):
            found.append(at)
        number += 1
    return found


def bills(contract: Contract) -> list[Bill]:
    """Every bill of the contract within the demo's time."""
    dates = bill_dates(contract)
    failures = {_first_on_or_after(dates, failure.at): failure for failure in contract.failures}
    late = {_first_on_or_after(dates, at): days for at, days in contract.paid_late}
    return [_bill(contract, number, at, failures.get(at), late.get(at)) for number, at in enumerate(dates, 1)]


def _first_on_or_after(dates: list[datetime], moment: datetime) -> datetime | None:
    return next((at for at in dates if at >= moment), None)


def _bill(contract: Contract, number: int, at: datetime, failure: PaymentFailure | None, late: int | None) -> Bill:
    plan = contract.at(at)
    total = monthly_minor(plan.plan, plan.seats) * (10 if contract.interval == "year" else 1)
    due_at = at + timedelta(days=TERMS_DAYS[contract.collection])
    attempts: list[tuple[datetime, bool, str]] = []
    if failure is not None:
        paid_at = at + timedelta(days=failure.recovered_after, hours=4) if failure.recovered_after else None
        attempts = [
            (at + timedelta(days=d, hours=1), False, failure.code)
            for d in RETRY_DAYS
            if paid_at is None or at + timedelta(days=d) < paid_at
        ]
    elif contract.collection == "charge_automatically":
        paid_at = at + timedelta(hours=1)
    else:
        paid_at = due_at + timedelta(days=late) if late else at + timedelta(days=8 + (number * 7) % 19, hours=5)
    if paid_at is not None:
        attempts.append((paid_at, True, ""))
    period_end = add_months(at, 12 if contract.interval == "year" else 1)
    return Bill(number, at, period_end, total, due_at, paid_at, attempts)
