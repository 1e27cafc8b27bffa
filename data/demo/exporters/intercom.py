"""Intercom: API objects as JSON lines, conversation parts nested."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html import escape

from data.demo.context import Context, Row
from data.demo.exporters.salesforce import country_name
from data.demo.model import Account, Claim, Person, Thread, Turn
from data.demo.records import ToolRecord
from data.demo.rng import chance
from data.demo.timeline import unix

SOURCE = "intercom"
BOT_NAME = "Tide Helper"
BOT_GREETING = "Thanks for reaching out! A colleague will be with you shortly."


def admin_id(ctx: Context, person: Person) -> str:
    """The id of an admin."""
    return str(ctx.ids.number("intercom:admins", person.id, 7))


def account(ctx: Context, acc: Account) -> None:
    """The account's company, contacts and conversations."""
    for record in ctx.registry.companies.get((acc.company.id, "intercom:companies"), []):
        ctx.deliver(record.changes, lambda day, end, r=record: _company_row(ctx, acc, r, day, end))  # type: ignore[misc]
    for person in acc.people:
        for record in ctx.registry.people.get((person.id, "intercom:contacts"), []):
            if record.company is acc.company:
                ctx.deliver(record.changes, lambda day, end, r=record: _contact_row(ctx, acc, r, day, end))  # type: ignore[misc]
    for thread in acc.threads:
        if thread.channel == "chat":
            _conversation(ctx, acc, thread)


def _company_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    now, plan = record.at(end), acc.contract.at(end)
    ctx.json_row(
        SOURCE,
        day,
        "companies.ndjson",
        {
            "type": "company",
            "id": record.native_id,
            "company_id": now["workspace"] or record.native_id,
            "name": now["name"],
            "website": now["website"] or None,
            "plan": {"type": "plan", "id": plan.plan.lower(), "name": plan.plan},
            "monthly_spend": 0,
            "industry": now["industry"] or None,
            "size": now["employees"],
            "created_at": unix(record.created),
            "updated_at": unix(now["modified"]),
        },
    )


def _contact_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    now = record.at(end)
    company = now.get("company", acc.company)
    links = ctx.registry.companies.get((company.id, "intercom:companies"), []) if now["linked"] else []
    ctx.json_row(
        SOURCE,
        day,
        "contacts.ndjson",
        {
            "type": "contact",
            "id": record.native_id,
            "role": "user" if now["app_user"] else "lead",
            "external_id": now["app_user"] or None,
            "email": now["email"] or None,
            "phone": now["mobile"] or None,
            "name": now["full"],
            "companies": {
                "type": "list",
                "data": [{"id": link.native_id, "type": "company"} for link in links],
                "total_count": len(links),
                "has_more": False,
            },
            "location": {"type": "location", "country": country_name(company), "city": now["city"] or None},
            "unsubscribed_from_emails": False,
            "created_at": unix(record.created),
            "updated_at": unix(now["modified"]),
            "last_seen_at": unix(now["modified"]),
            "custom_attributes": {"job_title": now["title"]} if now["title"] else {},
        },
    )


def _conversation(ctx: Context, acc: Account, thread: Thread) -> None:
    native_id = str(ctx.ids.number("intercom:conversations", thread.id, 15))
    contact = ctx.registry.person_record(thread.person, "intercom:contacts", acc.company)
    if contact is None:
        raise ValueError(f"thread {thread.id} is a chat, but {thread.person.id} is no Intercom contact")
    for number, turn in enumerate(thread.turns):
        key = f"conversations:{native_id}" if number == 0 else f"conversation_parts:{_part_id(ctx, thread, number)}"
        ctx.truth.interaction(f"intercom:{key}", acc.company, thread.person, turn)
    if (score := _rating(ctx, thread)) and score != 3:
        claim = Claim("account", "satisfaction", "good" if score > 3 else "bad")
        ctx.truth.observe(f"intercom:conversations:{native_id}", acc.company, thread.person, thread.turns[-1].at, claim)
    if thread.turns[0].inbound and chance(ctx.rng("bot", thread.id), 0.4):
        thread.flags["bot"] = True
        ctx.truth.happened(
            f"intercom:conversation_parts:{_part_id(ctx, thread, 999)}",
            acc.company,
            thread.person,
            thread.at + timedelta(seconds=4),
        )
    changes = [turn.at for turn in thread.turns]
    ctx.deliver(
        changes,
        lambda day, end: ctx.json_row(
            SOURCE, day, "conversations.ndjson", _conversation_row(ctx, thread, native_id, contact, end)
        ),
    )


def _rating(ctx: Context, thread: Thread) -> int | None:
    """The stars that the customer gave, where they gave any."""
    rng = ctx.rng("stars", thread.id)
    return rng.choice([5, 5, 4, 4, 3, 2, 1]) if chance(rng, 0.2) else None


def _part_id(ctx: Context, thread: Thread, number: int) -> str:
    return str(ctx.ids.number("intercom:parts", f"{thread.id}/{number}", 11))


def _conversation_row(ctx: Context, thread: Thread, native_id: str, contact: ToolRecord, end: datetime) -> Row:
    said = [turn for turn in thread.turns if turn.at <= end]
    rng = ctx.rng("conversation", thread.id)
    score = _rating(ctx, thread) if len(said) == len(thread.turns) else None
    parts = [_part(ctx, thread, contact, number, turn) for number, turn in enumerate(said) if number]
    if thread.flags.get("bot"):
        parts.insert(0, _bot_part(ctx, thread))
    closed = len(said) == len(thread.turns)
    return {
        "type": "conversation",
        "id": native_id,
        "created_at": unix(thread.at),
        "updated_at": unix(said[-1].at),
        "title": thread.subject if chance(rng, 0.3) else None,
        "state": "closed" if closed else "open",
        "open": not closed,
        "priority": "not_priority",
        "admin_assignee_id": int(admin_id(ctx, thread.staff)),
        "contacts": {
            "type": "contact.list",
            "contacts": [
                {"type": "contact", "id": contact.native_id, "external_id": contact.at(end)["app_user"] or None}
            ],
        },
        "source": {
            "type": "conversation",
            "id": f"{native_id}0",
            "delivered_as": "customer_initiated" if thread.turns[0].inbound else "admin_initiated",
            "subject": "",
            "body": _html(thread.turns[0].text),
            "author": _author(ctx, contact, thread.turns[0]),
        },
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": parts,
            "total_count": len(parts),
        },
        "conversation_rating": {"rating": score, "remark": None} if score else None,
        "tags": {"type": "tag.list", "tags": []},
    }


def _part(ctx: Context, thread: Thread, contact: ToolRecord, number: int, turn: Turn) -> Row:
    return {
        "type": "conversation_part",
        "id": _part_id(ctx, thread, number),
        "part_type": "comment",
        "body": _html(turn.text),
        "created_at": unix(turn.at),
        "updated_at": unix(turn.at),
        "author": _author(ctx, contact, turn),
        "attachments": [],
    }


def _bot_part(ctx: Context, thread: Thread) -> Row:
    bot, at = ctx.helpers["chat_bot"], thread.at + timedelta(seconds=4)
    return {
        "type": "conversation_part",
        "id": _part_id(ctx, thread, 999),
        "part_type": "comment",
        "body": f"<p>{BOT_GREETING}</p>",
        "created_at": unix(at),
        "updated_at": unix(at),
        "author": {"type": "bot", "id": admin_id(ctx, bot), "name": BOT_NAME, "email": bot.email},
        "attachments": [],
    }


def _author(ctx: Context, contact: ToolRecord, turn: Turn) -> Row:
    if turn.inbound:
        now = contact.at(turn.at)
        return {"type": "user", "id": contact.native_id, "name": now["full"], "email": now["email"] or None}
    turn.author.records.add(f"intercom:admins:{admin_id(ctx, turn.author)}")
    return {"type": "admin", "id": admin_id(ctx, turn.author), "name": turn.author.name, "email": turn.author.email}


def _html(text: str) -> str:
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))
