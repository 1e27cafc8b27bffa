"""Stripe's invoices and charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.demo.billing import Bill
from data.demo.context import Context, Row
from data.demo.model import Account
from data.demo.timeline import END, unix

SOURCE = "stripe"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays: the account, its ids, and what Stripe has been told about the addressee."""

    account: Account
    customer: str
    subscription: str
    email: str | None
    name: str
    phone: str | None


def invoice(ctx: Context, payer: Payer, bill: Bill) -> None:
    """The bill's invoice in every drop in which it changes, and its charges."""
    native_id = ctx.ids.stripe("in", f"{payer.account.company.id}-{bill.number}")

    def write(day: date, end: datetime) -> None:
        ctx.json_row(SOURCE, day, "invoices.ndjson", _invoice_row(payer, native_id, bill, end))

    ctx.deliver([bill.at, *(at for at, _, _ in bill.attempts)], write)
    by_card = payer.account.contract.collection == "charge_automatically"
    for number, (at, succeeded, _) in enumerate(bill.attempts):
        if at <= END and (by_card or not succeeded):
            row = _charge_row(payer, ctx.ids.stripe("ch", f"{native_id}-{number}"), native_id, bill, number)
            ctx.deliver([at], lambda day, _, row=row: ctx.json_row(SOURCE, day, "charges.ndjson", row))  # type: ignore[misc]


def _invoice_row(payer: Payer, native_id: str, bill: Bill, end: datetime) -> Row:
    paid = bill.paid_at if bill.paid_at and bill.paid_at <= end else None
    return {
        "id": native_id,
        "object": "invoice",
        "customer": payer.customer,
        "subscription": payer.subscription,
        "number": f"TW-{payer.account.company.index + 1:04d}-{bill.number:04d}",
        "status": "paid" if paid else "open",
        "amount_due": bill.total,
        "amount_paid": bill.total if paid else 0,
        "amount_remaining": 0 if paid else bill.total,
        "total": bill.total,
        "currency": payer.account.contract.currency,
        "due_date": unix(bill.due_at),
        "created": unix(bill.at),
        "period_start": unix(bill.at),
        "period_end": unix(bill.period_end),
        "attempt_count": sum(1 for at, _, _ in bill.attempts if at <= end),
        "attempted": True,
        "paid": bool(paid),
        "collection_method": payer.account.contract.collection,
        "customer_email": payer.email,
        "customer_name": payer.name,
        "status_transitions": {
            "finalized_at": unix(bill.at + timedelta(minutes=30)),
            "marked_uncollectible_at": None,
            "paid_at": unix(paid) if paid else None,
            "voided_at": None,
        },
    }


def _charge_row(payer: Payer, native_id: str, invoice_id: str, bill: Bill, number: int) -> Row:
    at, succeeded, code = bill.attempts[number]
    return {
        "id": native_id,
        "object": "charge",
        "customer": payer.customer,
        "invoice": invoice_id,
        "amount": bill.total,
        "amount_refunded": 0,
        "currency": payer.account.contract.currency,
        "status": "succeeded" if succeeded else "failed",
        "failure_code": code or None,
        "failure_message": f"Your card was refused ({code.replace('_', ' ')})." if code else None,
        "paid": succeeded,
        "created": unix(at),
        "receipt_email": payer.email,
        "billing_details": {
            "name": payer.name,
            "email": payer.email,
            "phone": payer.phone,
            "address": {"country": payer.account.company.country},
        },
    }
