"""Salesforce opportunities: new business, renewals, changes of the contract, upsells that came to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from data.demo.context import Context
from data.demo.contracts import monthly_minor, next_anniversary
from data.demo.exporters.salesforce import SOURCE, columns, user_id
from data.demo.model import Account
from data.demo.rng import chance
from data.demo.timeline import END, START, iso_millis, working_moment

PROBABILITY = {
    "Prospecting": 10,
    "Proposal/Price Quote": 65,
    "Negotiation/Review": 80,
    "Closed Won": 100,
    "Closed Lost": 0,
}
FORECAST = {
    "Prospecting": "Pipeline",
    "Proposal/Price Quote": "BestCase",
    "Negotiation/Review": "Forecast",
    "Closed Won": "Closed",
    "Closed Lost": "Omitted",
}
RENEWAL_LEAD = timedelta(days=110)


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity and the stages it went through."""

    name: str
    kind: str
    close_on: date
    minor: int
    stages: list[tuple[datetime, str]]


def account(ctx: Context, acc: Account) -> None:
    """Every opportunity of the account, each version in the drop that saw it change."""
    record = ctx.registry.company_record(acc.company, "salesforce:accounts")
    for deal in _deals(ctx, acc):
        native_id = ctx.ids.salesforce("opportunity", f"{acc.company.id} {deal.name}")

        def write(day: date, end: datetime, deal: Deal = deal, native_id: str = native_id) -> None:
            modified, stage = [entry for entry in deal.stages if entry[0] <= end][-1]
            ctx.csv_row(
                SOURCE,
                day,
                "Opportunity.csv",
                columns("Opportunity.csv"),
                {
                    "Id": native_id,
                    "IsDeleted": "false",
                    "AccountId": record.native_id if record else "",
                    "Name": f"{acc.company.name} - {deal.name}",
                    "StageName": stage,
                    "Amount": f"{deal.minor / 100:.2f}",
                    "CurrencyIsoCode": acc.contract.currency.upper(),
                    "Probability": PROBABILITY[stage],
                    "CloseDate": deal.close_on.isoformat(),
                    "Type": deal.kind,
                    "IsClosed": str(stage.startswith("Closed")).lower(),
                    "IsWon": str(stage == "Closed Won").lower(),
                    "ForecastCategory": FORECAST[stage],
                    "OwnerId": user_id(ctx, acc.owner),
                    "CreatedDate": iso_millis(deal.stages[0][0]),
                    "LastModifiedDate": iso_millis(modified),
                },
            )

        ctx.deliver([at for at, _ in deal.stages], write)


def _deals(ctx: Context, acc: Account) -> list[Deal]:
    since = acc.company.since
    deals = [
        Deal(
            "New Business",
            "New Business",
            since.date(),
            _yearly(acc, since),
            [(since - timedelta(days=40), "Prospecting"), (since, "Closed Won")],
        )
    ]
    deals += _renewals(acc)
    for signal, at, kind, won in acc.deals:
        if acc.contract.ended_at and at > acc.contract.ended_at:
            continue
        stages = [(at - timedelta(days=12), "Proposal/Price Quote"), (at, "Closed Won" if won else "Closed Lost")]
        deals.append(Deal(f"{signal.title()} {at:%B %Y}", kind, at.date(), _yearly(acc, at), stages))
    rng = ctx.rng("upsell", acc.company.id)
    if chance(rng, 0.3):
        at = working_moment(rng, max(since, START) + timedelta(days=30), END)
        lost = at + timedelta(days=rng.randint(15, 70))
        deals.append(
            Deal(
                "Upsell",
                "Existing Business",
                lost.date(),
                _yearly(acc, at) // 5,
                [(at, "Prospecting"), *([(lost, "Closed Lost")] if lost < END else [])],
            )
        )
    return [deal for deal in deals if deal.stages[0][0] <= END]


def _renewals(acc: Account) -> list[Deal]:
    found, due = [], next_anniversary(acc.company.since.date(), START.date())
    if due <= acc.company.since.date():
        due = next_anniversary(acc.company.since.date(), acc.company.since.date())
    ended = acc.contract.ended_at
    while due - RENEWAL_LEAD <= END.date():
        closes = datetime.combine(due, time(8), tzinfo=UTC)
        opens = closes - RENEWAL_LEAD
        if ended and ended < opens:
            break
        stages = [(opens, "Prospecting"), (closes - timedelta(days=45), "Negotiation/Review")]
        stages = [(at, stage) for at, stage in stages if not ended or at < ended]
        stages.append(
            (ended, "Closed Lost")
            if ended and ended < closes + timedelta(days=5)
            else (closes - timedelta(days=3), "Closed Won")
        )
        found.append(Deal(f"Renewal {due.year}", "Renewal", due, _yearly(acc, opens), stages))
        due = next_anniversary(acc.company.since.date(), due)
    return found


def _yearly(acc: Account, at: datetime) -> int:
    plan = acc.contract.at(at)
    return monthly_minor(plan.plan, plan.seats) * 12
