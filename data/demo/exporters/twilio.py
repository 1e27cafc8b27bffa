"""Twilio: message and call logs as CSV, transcripts as JSON lines."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from email.utils import format_datetime

from data.demo.context import Context, Row
from data.demo.model import Account, Company, Person, Thread, Turn
from data.demo.rng import chance
from data.demo.timeline import iso_seconds
from data.demo.words import header, load

SOURCE = "twilio"
ACCOUNT_SID = "AC" + "5e" * 16
TRANSCRIBED_SHARE = 0.75


def snake(header: str) -> str:
    """`DateSent` as `date_sent`: the spelling of the other export."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", header).lower()


def account(ctx: Context, acc: Account) -> None:
    """The account's texts and calls."""
    for thread in acc.threads:
        if thread.channel in {"sms", "whatsapp"}:
            for number, turn in enumerate(thread.turns):
                text(ctx, acc.company, thread.person, thread.channel, f"{thread.id}/{number}", turn)
        elif thread.channel == "call":
            _call(ctx, acc, thread)


def _snake_day(ctx: Context, day: date) -> bool:
    """From the third daily drop on, the export is made through the API, in its spelling."""
    return ctx.drops.number(day) > 2


def _write(ctx: Context, day: date, name: str, columns: list[str], row: Row) -> None:
    if _snake_day(ctx, day):
        columns, row = [snake(column) for column in columns], {snake(column): value for column, value in row.items()}
    ctx.csv_row(SOURCE, day, name, columns, row)


def _moment(ctx: Context, day: date, at: datetime) -> str:
    return iso_seconds(at) if _snake_day(ctx, day) else format_datetime(at)


def text(ctx: Context, company: Company | None, person: Person, channel: str, key: str, turn: Turn) -> None:
    """One SMS or WhatsApp message."""
    sid = ctx.ids.twilio("SM", key)
    prefix = "whatsapp:" if channel == "whatsapp" else ""
    ours, theirs = f"{prefix}{load('product')['company'][channel]}", f"{prefix}{person.mobile}"
    failed = not turn.inbound and chance(ctx.rng("undelivered", key), 0.02)
    person.records.add(f"twilio:numbers:{person.mobile}")
    ctx.truth.interaction(f"twilio:messages:{sid}", company, person, turn)
    ctx.deliver(
        [ctx.arrival(sid, turn.at)],
        lambda day, _: _write(
            ctx,
            day,
            "messages.csv",
            header(SOURCE, "messages.csv"),
            {
                "Sid": sid,
                "AccountSid": ACCOUNT_SID,
                "From": theirs if turn.inbound else ours,
                "To": ours if turn.inbound else theirs,
                "Body": turn.text,
                "Status": "received" if turn.inbound else "undelivered" if failed else "delivered",
                "Direction": "inbound" if turn.inbound else "outbound-api",
                "DateSent": _moment(ctx, day, turn.at),
                "DateCreated": _moment(ctx, day, turn.at),
                "NumSegments": 1 + len(turn.text) // 160,
                "Price": "-0.0079",
                "PriceUnit": "USD",
                "ErrorCode": "30003" if failed else "",
                "ErrorMessage": "Unreachable destination handset" if failed else "",
            },
        ),
    )


def _call(ctx: Context, acc: Account, thread: Thread) -> None:
    sid, rng = ctx.ids.twilio("CA", thread.id), ctx.rng("call", thread.id)
    inbound = thread.turns[0].inbound
    ours, theirs = load("product")["company"]["phone"], thread.person.mobile
    thread.person.records.add(f"twilio:numbers:{theirs}")
    seconds = sum(3 + len(turn.text) // 12 for turn in thread.turns) + rng.randint(5, 400)
    begin, end = thread.at, thread.at + timedelta(seconds=seconds)
    ctx.truth.happened(f"twilio:calls:{sid}", acc.company, thread.person, begin)
    for turn in thread.turns:
        turn.record_key = f"twilio:calls:{sid}"
    ctx.deliver(
        [end],
        lambda day, _: _write(
            ctx,
            day,
            "calls.csv",
            header(SOURCE, "calls.csv"),
            {
                "Sid": sid,
                "From": theirs if inbound else ours,
                "To": ours if inbound else theirs,
                "Status": "completed",
                "Direction": "inbound" if inbound else "outbound-api",
                "StartTime": _moment(ctx, day, begin),
                "EndTime": _moment(ctx, day, end),
                "Duration": seconds,
                "AnsweredBy": "human",
                "Price": f"-{0.014 * (1 + seconds // 60):.3f}",
                "PriceUnit": "USD",
                "CallerName": "",
            },
        ),
    )
    if chance(rng, TRANSCRIBED_SHARE) or any(turn.claims for turn in thread.turns):
        _transcript(ctx, acc, thread, sid, end)


def _transcript(ctx: Context, acc: Account, thread: Thread, sid: str, end: datetime) -> None:
    for turn in thread.turns:
        for claim in turn.claims:
            ctx.truth.observe(f"twilio:calls:{sid}", acc.company, thread.person, turn.at, claim)
    sentences: list[Row] = []
    clock, rng = 1.0, ctx.rng("transcript", thread.id)
    for turn in thread.turns:
        for text in re.split(r"(?<=[.?!]) ", turn.text):
            length = round(0.6 + len(text) / 14, 2)
            sentences.append(
                {
                    "sentence_index": len(sentences),
                    "speaker": "customer" if turn.inbound else "agent",
                    "start_time": round(clock, 2),
                    "end_time": round(clock + length, 2),
                    "transcript": text,
                    "confidence": round(rng.uniform(0.82, 0.99), 3),
                }
            )
            clock += length + 0.3
    ctx.deliver(
        [end],
        lambda day, _: ctx.json_row(
            SOURCE,
            day,
            "transcripts.ndjson",
            {
                "sid": ctx.ids.twilio("GT", thread.id),
                "call_sid": sid,
                "date_created": iso_seconds(end),
                "language": "en-US",
                "sentences": sentences,
            },
        ),
    )
