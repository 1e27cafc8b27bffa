"""Segment: spec messages, one gzipped file a day, filed by the day on which they were received."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from data.demo.breaks import broken_json
from data.demo.context import Context, Row
from data.demo.drops import as_json, write_gzip
from data.demo.model import Account
from data.demo.rng import chance
from data.demo.timeline import LAST_DAY, iso_millis
from data.demo.usage import Clicks, Event, anonymous_id, days, properties

PLACE = ("segment", "events")
REPEATED_SHARE = 0.002
LIBRARY = {"name": "analytics.js", "version": "4.1.0"}
USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.4 Safari/605.1",
)


def export(ctx: Context, accounts: list[Account]) -> int:
    """All the days, one file each, holding one day's events at a time; returns how many messages were written."""
    clicks = [Clicks(ctx.seed, account, ctx.ids) for account in accounts]
    waiting: dict[date, list[tuple[str, str]]] = defaultdict(list)
    written = 0
    for day in days():
        for source in clicks:
            for event in source.on(day):
                row = _message(ctx, event)
                arrives = min(event.received.date(), LAST_DAY)
                waiting[arrives].append((row["receivedAt"], as_json(row)))
                if chance(event.rng, REPEATED_SHARE):
                    waiting[arrives].append((row["receivedAt"], as_json(row)))
        lines = _with_breaks(ctx, day, [line for _, line in sorted(waiting.pop(day, []))])
        written += len(lines)
        write_gzip(ctx.exports.root / f"segment/{day}.ndjson.gz", "".join(line + "\n" for line in lines))
    return written


def _with_breaks(ctx: Context, day: date, lines: list[str]) -> list[str]:
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        found.append(line)
        for turn, kind in enumerate(ctx.breaks.after(*PLACE, max(0, ctx.drops.number(day)), number)):
            broken = broken_json(PLACE, json.loads(line), kind, turn)
            found.append(broken.text)
            ctx.truth.broken(PLACE[0], PLACE[1], f"segment/{day}.ndjson.gz", len(found), broken.stage, broken.reason)
    return found


def _message(ctx: Context, event: Event) -> Row:
    rng = event.rng
    person, company = event.person, event.account.company
    received = event.received + timedelta(milliseconds=rng.randint(80, 900))
    context: dict[str, Any] = {
        "ip": f"203.0.113.{rng.randint(1, 254)}",
        "userAgent": rng.choice(USER_AGENTS),
        "library": LIBRARY,
        "locale": "en-US",
    }
    row: Row = {
        "type": event.kind,
        "messageId": f"ajs-{ctx.ids.hexadecimal('message', event.key + event.kind, 32)}",
        "anonymousId": anonymous_id(ctx.ids, person),
        "userId": None if event.anonymous else person.app_user_id,
        "timestamp": iso_millis(event.at),
        "originalTimestamp": iso_millis(event.at),
        "sentAt": iso_millis(event.received),
        "receivedAt": iso_millis(received),
        "context": context,
    }
    if not event.anonymous:
        person.records.add(f"segment:users:{person.app_user_id}")
        if event.kind != "identify":
            context["groupId"] = company.workspace_id
            company.records.add(f"segment:groups:{company.workspace_id}")
    if event.kind == "track":
        row |= {"event": event.name, "properties": properties(rng, event)}
    elif event.kind == "page":
        context["page"] = {
            "path": event.name,
            "url": f"https://app.tidewright.example{event.name}",
            "title": event.name.strip("/").title() or "Home",
        }
        row |= {"name": context["page"]["title"], "properties": context["page"]}
    elif event.kind == "identify":
        row["traits"] = _traits(event)
    elif event.kind == "group":
        plan = event.account.contract.at(event.at)
        row |= {
            "groupId": company.workspace_id,
            "traits": {
                "name": company.name,
                "website": f"https://{company.domains[0]}",
                "industry": company.industry,
                "employees": company.employees,
                "plan": plan.plan,
            },
        }
    return row


def _traits(event: Event) -> dict[str, Any]:
    person, job = event.person, event.person.job_at(event.at)
    email = person.email_at(event.at)
    traits: dict[str, Any] = {
        "name": person.name,
        "title": job.title if job else person.title,
        "createdAt": iso_millis(event.at),
    }
    if email:
        traits["email"] = email
    if person.mobile and person.weight > 3:
        traits["phone"] = person.mobile
    return traits
