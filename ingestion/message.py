"""One e-mail to one JSON object. Bad headers, charsets and dates are tolerated; the original stays in the export."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, cast

from ingestion.html_text import html_to_text
from ingestion.text import decode, decode_as

KEPT_HEADERS = (
    "Auto-Submitted",
    "Delivered-To",
    "List-Id",
    "List-Unsubscribe",
    "Precedence",
    "Return-Path",
    "Sender",
    "X-Auto-Response-Suppress",
    "X-Failed-Recipients",
    "X-Original-To",
)
# Texts that mail programs act upon and do not show: an invitation beside its wording, headers of what bounced.
FOR_PROGRAMS = {
    "text/calendar",
    "text/directory",
    "text/rfc822-headers",
    "text/vcard",
    "text/watch-html",
    "text/x-amp-html",
    "text/x-vcalendar",
    "text/x-vcard",
}
ENCODED_WORD = "=?"
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_WHITE = re.compile(r"\s+")


@dataclass
class ParsedMessage:
    """The object to land, and what was tolerated."""

    payload: dict[str, Any]
    notes: list[str] = field(default_factory=list)


def parse_message(data: bytes, mailbox: str) -> ParsedMessage:
    """Parse one message; ids come without their angle brackets, `date` is RFC 3339 in UTC or null.

    A message without an id gets one from its content, and says so.
    """
    # The parts by the old parser, which reads a header once; the strict one reads it again at each question.
    message = message_from_bytes(data, policy=policy.compat32)
    notes: list[str] = []
    header = _header_reader(message, notes)
    message_id = _first(_ids(header("Message-ID")))
    text, html = _bodies(message, notes)
    date_raw = header("Date")
    date = _utc(date_raw)
    if date is None:
        notes.append("Date missing or not readable")
    if message_id is None:
        notes.append("no Message-ID, one made from the content")
    payload = {
        "message_id": message_id or f"{hashlib.sha256(data).hexdigest()[:32]}@no-message-id",
        "message_id_made": message_id is None,
        "in_reply_to": _first(_ids(header("In-Reply-To"))),
        "references": _ids(header("References")),
        "date": date,
        "date_raw": date_raw or None,
        "from": _first(_addresses(header("From"))),
        "to": _addresses(header("To")),
        "cc": _addresses(header("Cc")),
        "bcc": _addresses(header("Bcc")),
        "reply_to": _addresses(header("Reply-To")),
        "subject": header("Subject"),
        "text": text,
        "html": html or None,
        "headers": {name.lower().replace("-", "_"): header(name) for name in KEPT_HEADERS if header(name)},
        "mailbox": mailbox,
        "attachments": _attachments(message),
    }
    return ParsedMessage(payload, notes)


def _header_reader(message: Message, notes: list[str]) -> Callable[[str], str]:
    """Read a header as decoded text: what has encoded words by the strict parser, or leniently where that fails."""
    raw = {name.lower(): str(value) for name, value in reversed(list(message.raw_items()))}

    def read(name: str) -> str:
        given = raw.get(name.lower(), "")
        if not _is_text(given):
            notes.append(f"{name} header not encoded")
            return _decoded(decode(given.encode("utf-8", "surrogateescape")))
        if ENCODED_WORD not in given:
            return _one_line(given)
        try:
            return _one_line(str(policy.default.header_fetch_parse(name, given)))
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, MessageError):
            notes.append(f"{name} header not well formed")
            return _decoded(given)

    return read


def _is_text(value: str) -> bool:
    """Whether the parser found only text; other bytes it leaves as surrogates."""
    return not any("\udc80" <= char <= "\udcff" for char in value)


def _decoded(value: str) -> str:
    """Encoded words decoded where they can be, by the lenient half of the standard library."""
    try:
        return _one_line(str(make_header(decode_header(value))))
    except (ValueError, LookupError, MessageError):
        return _one_line(value)


def _one_line(value: str) -> str:
    return _WHITE.sub(" ", value).strip()


def _addresses(value: str) -> list[dict[str, str]]:
    pairs = getaddresses([value]) if value else []
    return [{"name": name.strip(), "email": email.strip()} for name, email in pairs if email.strip() or name.strip()]


def _ids(value: str) -> list[str]:
    found = _MESSAGE_ID.findall(value)
    return found or [word.strip("<>") for word in value.split() if "@" in word and word.strip("<>")]


def _first(values: list[Any]) -> Any:
    return values[0] if values else None


def _utc(value: str) -> str | None:
    """RFC 5322 date as RFC 3339 in UTC; without a zone it is taken for UTC."""
    try:
        when = parsedate_to_datetime(value)
        utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ") if utc.year >= 1900 else None


def _bodies(message: Message, notes: list[str]) -> tuple[str, str]:
    """What a reader sees as text, and all inline HTML parts joined."""
    html: list[str] = []
    pieces = _pieces(message, html, notes)
    text = "\n".join(html_to_text(piece) if kind == "html" else piece for kind, piece in pieces)
    return text.strip(), "\n".join(html).strip()


def _pieces(part: Message, html: list[str], notes: list[str]) -> list[tuple[str, str]]:
    """The inline texts that make the message, in order, each with whether it is plain or HTML; `html` gets all HTML.

    Of alternatives the plain one counts, where it says anything. Elsewhere HTML counts up to the first plain part (a
    footer that a server added is not the message); what follows it mostly says the same again. What is inside a
    forwarded message counts as an attachment.
    """
    if part.get_content_type() == "message/rfc822":
        return []
    if not part.is_multipart():
        if _is_attachment(part) or part.get_content_maintype() != "text":
            return []
        kind, text = "html" if part.get_content_subtype() == "html" else "plain", _part_text(part, notes)
        if kind == "html":
            html.append(text)
        return [(kind, text)] if text.strip() else []
    inside = cast("list[Message]", part.get_payload())
    found = [piece for child in inside for piece in _pieces(child, html, notes)]
    plain = [piece for piece in found if piece[0] == "plain"]
    if part.get_content_type() == "multipart/alternative":
        return plain or found
    return found[: found.index(plain[0])] + plain if plain else found


def _part_text(part: Message, notes: list[str]) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(payload or "").encode("utf-8", "surrogateescape")
    text, as_named = decode_as(data, str(part.get_content_charset() or "utf-8"))
    if not as_named:
        notes.append("charset missing, unknown or wrong")
    return text.replace("\r\n", "\n").replace("\0", "")


def _is_attachment(part: Message) -> bool:
    """Whether a part is not shown as the message's own text."""
    named = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return named or part.get_content_type() in FOR_PROGRAMS


def _attachments(message: Message) -> list[dict[str, Any]]:
    """Name, type and size of what is attached; the content stays in the mailbox."""
    found = []
    for part in message.walk():
        forwarded = part.get_content_type() == "message/rfc822"
        if not forwarded and (part.is_multipart() or not _is_attachment(part)):
            continue
        payload = part.get_payload(decode=True)
        size = len(payload) if isinstance(payload, bytes) else None
        name = part.get_filename()
        found.append({"filename": _file_name(name), "content_type": part.get_content_type(), "bytes": size})
    return found


def _file_name(name: str | None) -> str | None:
    return _decoded(decode(name.encode("utf-8", "surrogateescape"))) if name else None
