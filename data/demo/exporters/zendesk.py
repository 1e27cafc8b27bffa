"""Zendesk: incremental-export objects as JSON lines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from data.demo.context import Context, Row
from data.demo.model import Account, Claim, Person, Thread, Turn
from data.demo.records import ToolRecord
from data.demo.rng import chance
from data.demo.timeline import END, iso_seconds, unix
from data.demo.words import load

SOURCE = "zendesk"
DONE = frozenset({"solved", "closed"})
CLOSED_AFTER = timedelta(days=4)


def agent_id(ctx: Context, person: Person) -> int:
    """The id of an agent."""
    return ctx.ids.number("zendesk:users", f"agent {person.id}", 13)


def staff(ctx: Context) -> None:
    """The agents among the users."""
    created = datetime.fromisoformat("2022-02-01T09:00:00+00:00")
    for person in [*ctx.staff["support_agent"], *ctx.staff["success"]]:
        person.records.add(f"zendesk:users:{agent_id(ctx, person)}")
        ctx.json_row(
            SOURCE,
            ctx.drops.dates[0],
            "users.ndjson",
            _user_row(
                agent_id(ctx, person),
                {
                    "name": person.name,
                    "email": person.email,
                    "phone": None,
                    "role": "admin" if person is ctx.staff["support_agent"][0] else "agent",
                },
                created,
                created,
            ),
        )


def account(ctx: Context, acc: Account) -> None:
    """The account's organization, users, tickets and comments."""
    for record in ctx.registry.companies.get((acc.company.id, "zendesk:organizations"), []):
        ctx.deliver(record.changes, lambda day, end, r=record: _organization_row(ctx, acc, r, day, end))  # type: ignore[misc]
    for person in [*acc.people, *acc.shared.values()]:
        for record in ctx.registry.people.get((person.id, "zendesk:users"), []):
            if record.company is acc.company:
                ctx.deliver(record.changes, lambda day, end, r=record: _end_user(ctx, r, day, end))  # type: ignore[misc]
    for thread in acc.threads:
        if thread.channel == "ticket":
            _ticket(ctx, acc, thread)


def _organization_row(ctx: Context, acc: Account, record: ToolRecord, day: date, end: datetime) -> None:
    now = record.at(end)
    ctx.json_row(
        SOURCE,
        day,
        "organizations.ndjson",
        {
            "id": int(record.native_id),
            "name": now["name"],
            "domain_names": [now["domain"]] if now["domain"] else [],
            "external_id": now["workspace"] or None,
            "details": now["street"] or None,
            "tags": [acc.contract.changes[0].plan.lower()],
            "created_at": iso_seconds(record.created),
            "updated_at": iso_seconds(now["modified"]),
            "deleted_at": None,
        },
    )


def _end_user(ctx: Context, record: ToolRecord, day: date, end: datetime) -> None:
    now = record.at(end)
    company = now.get("company", record.company)
    organization = ctx.registry.company_record(company, "zendesk:organizations") if company and now["linked"] else None
    ctx.json_row(
        SOURCE,
        day,
        "users.ndjson",
        _user_row(
            int(record.native_id),
            {
                "name": now["full"],
                "email": now["email"] or None,
                "phone": now["mobile"] or None,
                "role": "end-user",
                "organization_id": int(organization.native_id) if organization else None,
                "external_id": now["app_user"] or None,
                "locale": {"de": "de", "fr": "fr"}.get(record.person.language if record.person else "en", "en-US"),
            },
            record.created,
            now["modified"],
        ),
    )


def _user_row(native_id: int, given: Row, created: datetime, modified: datetime) -> Row:
    return {
        "id": native_id,
        "name": "",
        "email": None,
        "phone": None,
        "role": "end-user",
        "organization_id": None,
        "external_id": None,
        "alias": None,
        "active": True,
        "suspended": False,
        "notes": None,
        "tags": [],
        "time_zone": load("product")["company"]["time_zone"],
        "locale": "en-US",
        "created_at": iso_seconds(created),
        "updated_at": iso_seconds(modified),
    } | given


def _ticket(ctx: Context, acc: Account, thread: Thread) -> None:
    ticket_id = ctx.ids.number("zendesk:tickets", thread.id, 7)
    rng = ctx.rng("ticket", thread.id)
    channel = rng.choice(["email", "web", "web", "api"])
    ticket = {
        "id": ticket_id,
        "channel": channel,
        "priority": rng.choice(["low", "normal", "normal", "high", "urgent"]),
        "type": rng.choice(["question", "problem", "incident"]),
        "rated": chance(rng, 0.25),
        "score": "bad" if thread.flags.get("unhappy") or chance(rng, 0.12) else "good",
    }
    solved = [turn.at for turn in thread.turns if any(claim.attribute == "problem_resolved" for claim in turn.claims)]
    changes = [turn.at for turn in thread.turns]
    if solved:
        changes.append(min(thread.turns[-1].at + CLOSED_AFTER, END + timedelta(days=9)))
    for number, turn in enumerate(thread.turns):
        _comment(ctx, acc, thread, ticket, number, turn)
    _rating(ctx, acc, thread, ticket, changes)
    ctx.deliver(
        changes,
        lambda day, end: ctx.json_row(
            SOURCE, day, "tickets.ndjson", _drifted(ctx, day, _ticket_row(ctx, acc, thread, ticket, changes, end))
        ),
    )


def _rating(ctx: Context, acc: Account, thread: Thread, ticket: Row, changes: list[datetime]) -> None:
    """A rating is a statement that only the ticket holds, in the versions that are delivered while it is done."""
    delivered = [
        max(at for at in changes if at <= end)
        for _, begin, end in ctx.drops.windows
        if any(begin < at <= end for at in changes)
        and _state([turn for turn in thread.turns if turn.at <= end], changes, end)[1] in DONE
    ]
    if ticket["rated"] and delivered:
        claim = Claim("account", "satisfaction", ticket["score"])
        ctx.truth.observe(f"zendesk:tickets:{ticket['id']}", acc.company, thread.person, delivered[0], claim)


def _unrated(status: str) -> str:
    return "offered" if status == "closed" else "unoffered"


def _drifted(ctx: Context, day: date, row: Row) -> Row:
    """A new version of the export: one field more, and one whose type changed."""
    if ctx.drops.number(day) > ctx.drops.days // 2:
        row |= {
            "brand_id": 360000007,
            "custom_fields": [{"id": str(item["id"]), "value": item["value"]} for item in row["custom_fields"]],
        }
    return row


def _ticket_row(
    ctx: Context, acc: Account, thread: Thread, ticket: dict[str, Any], changes: list[datetime], end: datetime
) -> Row:
    requester = ctx.registry.person_record(thread.person, "zendesk:users", acc.company)
    organization = ctx.registry.company_record(acc.company, "zendesk:organizations")
    said = [turn for turn in thread.turns if turn.at <= end]
    tags, status = _state(said, changes, end)
    rated = ticket["rated"] and status in DONE
    return {
        "id": ticket["id"],
        "url": f"https://tidewright.zendesk.example/api/v2/tickets/{ticket['id']}.json",
        "subject": thread.subject,
        "raw_subject": thread.subject,
        "description": thread.turns[0].text,
        "status": status,
        "priority": ticket["priority"],
        "type": ticket["type"],
        "requester_id": int(requester.native_id) if requester else None,
        "submitter_id": int(requester.native_id) if requester else None,
        "assignee_id": agent_id(ctx, thread.staff),
        "organization_id": int(organization.native_id) if organization else None,
        "via": {"channel": ticket["channel"], "source": {"from": {}, "to": {}, "rel": None}},
        "tags": tags,
        "satisfaction_rating": {
            "score": ticket["score"] if rated else "offered" if status == "closed" else "unoffered",
            "comment": None,
        },
        "custom_fields": [{"id": 360001, "value": acc.contract.at(end).plan.lower()}],
        "generated_timestamp": unix(max(at for at in changes if at <= end)) + 1,
        "created_at": iso_seconds(thread.at),
        "updated_at": iso_seconds(max(at for at in changes if at <= end)),
    }


def _state(said: list[Turn], changes: list[datetime], end: datetime) -> tuple[list[str], str]:
    """The ticket's tags and status after these messages."""
    solved = [n for n, turn in enumerate(said) if any(claim.attribute == "problem_resolved" for claim in turn.claims)]
    again = bool(solved) and any(
        turn.inbound and any(c.attribute == "problem" for c in turn.claims) for turn in said[solved[0] + 1 :]
    )
    tags = ["reopened"] if again else []
    if solved and not again:
        return tags, "closed" if changes[-1] <= end and changes[-1] > said[-1].at else "solved"
    if not said[-1].inbound and not any(claim.attribute == "problem" for turn in said for claim in turn.claims):
        return tags, "solved"
    return tags, "open" if said[-1].inbound else "pending"


def _comment(ctx: Context, acc: Account, thread: Thread, ticket: dict[str, Any], number: int, turn: Turn) -> None:
    comment_id = ctx.ids.number("zendesk:comments", f"{thread.id}/{number}", 14)
    author = ctx.registry.person_record(thread.person, "zendesk:users", acc.company)
    author_id = (int(author.native_id) if author else None) if turn.inbound else agent_id(ctx, turn.author)
    paragraphs = "".join(
        f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in turn.text.split("\n\n")
    )
    ctx.truth.interaction(f"zendesk:ticket_comments:{comment_id}", acc.company, thread.person, turn)
    ctx.deliver(
        [ctx.arrival(str(comment_id), turn.at)],
        lambda day, _: ctx.json_row(
            SOURCE,
            day,
            "ticket_comments.ndjson",
            {
                "id": comment_id,
                "ticket_id": ticket["id"],
                "type": "Comment",
                "author_id": author_id,
                "body": turn.text,
                "html_body": f'<div class="zd-comment" dir="auto">{paragraphs}</div>',
                "plain_body": turn.text,
                "public": not turn.internal,
                "attachments": [],
                "via": {"channel": ticket["channel"] if number == 0 else "web"},
                "created_at": iso_seconds(turn.at),
            },
        ),
    )
