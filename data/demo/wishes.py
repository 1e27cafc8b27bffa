"""What tools keep as fields because somebody said it: the CRM's contact flags and the help desk's languages."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.demo.context import Context
from data.demo.model import Account, Claim
from data.demo.records import ToolRecord
from data.demo.rng import stream
from data.demo.timeline import END

FLAGS = {"call": "do_not_call", "email": "opted_out"}


def keep_wishes(ctx: Context, account: Account) -> None:
    """Set the CRM's flags some days after a customer asked not to be called or mailed."""
    for thread in account.threads:
        record = ctx.registry.person_record(thread.person, "salesforce:contacts", account.company)
        for turn in thread.turns:
            for claim in turn.claims:
                if claim.attribute == "do_not" and claim.value in FLAGS and record:
                    _set(ctx, account, record, claim, stream(ctx.seed, "wish", thread.id).uniform(2, 70), turn.at)


def _set(ctx: Context, account: Account, record: ToolRecord, claim: Claim, hours: float, said_at: datetime) -> None:
    at = max(said_at, record.created) + timedelta(hours=hours)
    if at < END:
        record.updates.append((at, {FLAGS[claim.value]: True}))
        ctx.truth.observe(record.key, account.company, record.person, at, Claim("person", "do_not", claim.value))


def note_languages(ctx: Context, account: Account) -> None:
    """A help-desk profile in another language says which language its owner reads."""
    for person in account.people:
        if person.language == "en":
            continue
        for record in ctx.registry.people.get((person.id, "zendesk:users"), []):
            if record.company is account.company and record.created < END:
                ctx.truth.observe(
                    record.key, account.company, person, record.created, Claim("person", "language", person.language)
                )
