"""Stripe: API objects as JSON lines, Unix times, minor units, no modified time: the later drop wins."""

from __future__ import annotations

from datetime import datetime

from data.demo.billing import Bill, add_months, bills
from data.demo.context import Context, Row
from data.demo.contracts import CURRENCY
from data.demo.exporters import stripe_bills
from data.demo.exporters.stripe_bills import Payer
from data.demo.model import Account
from data.demo.records import ToolRecord
from data.demo.rng import chance
from data.demo.timeline import unix
from data.demo.words import load

SOURCE = "stripe"


def catalogue(ctx: Context) -> None:
    """Products and prices, the same for everybody."""
    day, created = ctx.drops.dates[0], unix(datetime.fromisoformat("2022-01-10T08:00:00+00:00"))
    for plan, amount in load("product")["plans"].items():
        product = ctx.ids.stripe("prod", plan)
        ctx.json_row(
            SOURCE,
            day,
            "products.ndjson",
            {
                "id": product,
                "object": "product",
                "active": True,
                "name": f"Tidewright {plan}",
                "description": f"{plan} plan, per seat",
                "metadata": {},
                "created": created,
            },
        )
        for currency in sorted(set(CURRENCY.values())):
            for interval, months in (("month", 1), ("year", 10)):
                ctx.json_row(
                    SOURCE,
                    day,
                    "prices.ndjson",
                    {
                        "id": price_id(ctx, plan, currency, interval),
                        "object": "price",
                        "active": True,
                        "product": product,
                        "unit_amount": amount * months,
                        "currency": currency,
                        "recurring": {"interval": interval, "interval_count": 1},
                        "nickname": f"{plan} {interval}ly",
                        "type": "recurring",
                        "created": created,
                    },
                )


def price_id(ctx: Context, plan: str, currency: str, interval: str) -> str:
    """The id of a price."""
    return ctx.ids.stripe("price", f"{plan} {currency} {interval}")


def account(ctx: Context, acc: Account) -> None:
    """The account's customer, subscription, invoices and charges."""
    customer = ctx.registry.company_record(acc.company, "stripe:customers")
    if customer is None:
        return
    who = _payer(ctx, acc, customer)
    changes = [*customer.changes, *_turning_points(acc)]
    ctx.deliver(
        changes,
        lambda day, end: ctx.json_row(SOURCE, day, "customers.ndjson", _customer_row(ctx, acc, customer, who, end)),
    )
    subscription = ctx.ids.stripe("sub", acc.company.id)
    _subscription(ctx, acc, customer, subscription)
    for bill in bills(acc.contract):
        stripe_bills.invoice(ctx, Payer(acc, customer.native_id, subscription, **who), bill)


def _failing(bill: Bill, end: datetime) -> bool:
    """Charged without success, and not paid since."""
    return any(at <= end and not succeeded for at, succeeded, _ in bill.attempts) and (
        bill.paid_at is None or bill.paid_at > end
    )


def _turning_points(acc: Account) -> list[datetime]:
    """When the customer begins and ceases to be in arrears."""
    return [
        at
        for bill in bills(acc.contract)
        if any(not ok for _, ok, _ in bill.attempts)
        for at, _, _ in (bill.attempts[0], bill.attempts[-1])
    ]


def _payer(ctx: Context, acc: Account, customer: ToolRecord) -> Row:
    """The address that Stripe writes to: the shared billing mailbox or one person's."""
    shared = ctx.registry.shared.get((acc.company.id, "billing"))
    biller = next((person for person in acc.people if person.jobs[0].role == "billing"), None)
    if shared is not None:
        shared.records.add(customer.key)
        return {"email": shared.email, "name": customer.fields["name"], "phone": acc.company.switchboard}
    if biller is not None and biller.email:
        biller.records.add(customer.key)
        biller.emails.add(biller.email)
        return {"email": biller.jobs[0].email or biller.email, "name": customer.fields["name"], "phone": None}
    return {"email": None, "name": customer.fields["name"], "phone": acc.company.switchboard}


def _customer_row(ctx: Context, acc: Account, customer: ToolRecord, who: Row, end: datetime) -> Row:
    company, rng = acc.company, ctx.rng("stripe customer", acc.company.id)
    salesforce = ctx.registry.company_record(company, "salesforce:accounts")
    metadata = {"workspace_id": company.workspace_id} if chance(rng, 0.8) else {}
    if salesforce and chance(rng, 0.5):
        metadata["salesforce_account_id"] = salesforce.native_id
    failing = any(_failing(bill, end) for bill in bills(acc.contract) if bill.at <= end)
    return {
        "id": customer.native_id,
        "object": "customer",
        "name": who["name"],
        "email": who["email"],
        "phone": who["phone"],
        "address": {
            "line1": company.street,
            "line2": None,
            "city": company.city,
            "state": company.region,
            "postal_code": company.postcode,
            "country": company.country,
        },
        "created": unix(customer.created),
        "currency": acc.contract.currency,
        "delinquent": failing,
        "description": None,
        "metadata": metadata,
        "livemode": True,
    }


def _subscription(ctx: Context, acc: Account, customer: ToolRecord, native_id: str) -> None:
    contract = acc.contract
    periods = [bill.at for bill in bills(contract)]
    changes = [
        contract.begin,
        *periods,
        *_turning_points(acc),
        *(change.at for change in contract.changes[1:]),
        *([contract.ended_at] if contract.ended_at else []),
    ]
    ctx.deliver(
        changes,
        lambda day, end: ctx.json_row(
            SOURCE, day, "subscriptions.ndjson", _subscription_row(ctx, acc, customer, native_id, end)
        ),
    )


def _subscription_row(ctx: Context, acc: Account, customer: ToolRecord, native_id: str, end: datetime) -> Row:
    contract = acc.contract
    plan = contract.at(end)
    past = [bill for bill in bills(contract) if bill.at <= end]
    begin, until = (past[-1].at, past[-1].period_end) if past else (contract.begin, add_months(contract.begin, 1))
    ended = contract.ended_at if contract.ended_at and contract.ended_at <= end else None
    unpaid = any(_failing(bill, end) for bill in past)
    price = {
        "id": price_id(ctx, plan.plan, contract.currency, contract.interval),
        "object": "price",
        "product": ctx.ids.stripe("prod", plan.plan),
        "unit_amount": load("product")["plans"][plan.plan] * (10 if contract.interval == "year" else 1),
        "currency": contract.currency,
        "recurring": {"interval": contract.interval, "interval_count": 1},
        "nickname": f"{plan.plan} {contract.interval}ly",
    }
    return {
        "id": native_id,
        "object": "subscription",
        "customer": customer.native_id,
        "status": "canceled" if ended else "past_due" if unpaid else "active",
        "items": {
            "object": "list",
            "data": [
                {
                    "id": ctx.ids.stripe("si", acc.company.id)[:17],
                    "object": "subscription_item",
                    "price": price,
                    "quantity": plan.seats,
                }
            ],
        },
        "currency": contract.currency,
        "start_date": unix(contract.begin),
        "current_period_start": unix(begin),
        "current_period_end": unix(until),
        "cancel_at_period_end": False,
        "canceled_at": unix(ended) if ended else None,
        "ended_at": unix(ended) if ended else None,
        "created": unix(contract.begin),
        "collection_method": contract.collection,
        "metadata": {"contract_renews_on": contract.renews_on.isoformat()},
    }
