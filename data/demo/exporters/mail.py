"""One message as a mail client sends it: headers, plain and HTML parts, signature, quotation, encodings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.utils import format_datetime, formataddr
from html import escape

from data.demo.context import Context
from data.demo.model import Person, Turn
from data.demo.words import load

Mailbox = tuple[str, str]


@dataclass
class Letter:
    """What goes into a message. A mailbox is a name and an address; `encoding` a charset and a transfer encoding."""

    message_id: str
    at: datetime
    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    plain: str
    quoted: str = ""
    html: bool = False
    cc: Sequence[Mailbox] = ()
    references: Sequence[str] = ()
    headers: dict[str, str] = field(default_factory=dict)
    encoding: tuple[str, str] = ("utf-8", "quoted-printable")
    attachment: str = ""


def compose(ctx: Context, letter: Letter) -> str:
    """The letter as an RFC 5322 message whose bytes depend on it alone."""
    parts: list[Message] = [_text("plain", letter.plain + letter.quoted, *letter.encoding)]
    if letter.html:
        parts = [
            _multipart(
                ctx,
                letter,
                "alternative",
                [*parts, _text("html", html_body(letter.plain, letter.quoted), "utf-8", "quoted-printable")],
            )
        ]
    if letter.attachment:
        parts = [_multipart(ctx, letter, "mixed", [*parts, _attachment(letter.attachment)])]
    heads = {
        "Message-ID": f"<{letter.message_id}>",
        "Date": format_datetime(letter.at),
        "From": shown(letter.sender),
        "To": ", ".join(map(shown, letter.to)),
    }
    heads |= {"Cc": ", ".join(map(shown, letter.cc))} if letter.cc else {}
    heads["Subject"] = _encoded(letter.subject)
    if letter.references:
        heads |= {
            "In-Reply-To": f"<{letter.references[-1]}>",
            "References": " ".join(f"<{reference}>" for reference in letter.references),
        }
    head = "".join(f"{name}: {value}\n" for name, value in (heads | letter.headers | {"MIME-Version": "1.0"}).items())
    return head + parts[0].as_string()


def _text(subtype: str, content: str, charset: str, transfer: str) -> Message:
    part = Message()
    codec = Charset(charset)
    codec.body_encoding = BASE64 if transfer == "base64" else QP
    part.add_header("Content-Type", f"text/{subtype}")
    part.set_payload(content.encode(charset, "replace").decode(charset), codec)
    del part["MIME-Version"]
    return part


def _multipart(ctx: Context, letter: Letter, subtype: str, parts: list[Message]) -> Message:
    part = Message()
    part.add_header(
        "Content-Type", f"multipart/{subtype}", boundary=ctx.ids.token(f"boundary {subtype}", letter.message_id)
    )
    for inner in parts:
        part.attach(inner)
    return part


def _attachment(name: str) -> Message:
    part = Message()
    part.add_header("Content-Type", "application/pdf")
    part.add_header("Content-Disposition", "attachment", filename=name)
    part.add_header("Content-Transfer-Encoding", "base64")
    part.set_payload("JVBERi0xLjQgZGVtbw==\n")
    return part


def shown(mailbox: Mailbox) -> str:
    """An address as a header holds it."""
    name, address = mailbox
    return formataddr((name, address))


def _encoded(value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8").encode()


def mbox_text(message: str, sender: Mailbox, at: datetime) -> str:
    """The message as it stands in an mbox file, without the empty line behind it."""
    lines = [f">{line}" if line.startswith("From ") else line for line in message.split("\n")]
    return f"From {sender[1]} {at:%a %b %d %H:%M:%S %Y}\n" + "\n".join(lines).rstrip("\n") + "\n"


def signature(sender: Person, turn: Turn) -> str:
    """What a mail client puts under a message; several of its forms lack the standard's two dashes."""
    job = sender.job_at(turn.at)
    number = int(sender.id[1:])
    title = job.title if job else sender.title
    where = job.company.names[1] if job else load("product")["company"]["name"]
    lines = [sender.name, title, where, *([f"M {sender.mobile}"] if sender.mobile and number % 2 else [])]
    lead = ("-- ", "--", "", "Sent from my phone")[number % 4]
    if lead == "Sent from my phone":
        lines = [lead]
    elif lead:
        lines.insert(0, lead)
    return "\n" + "\n".join(line for line in lines if line)


def quotation(before: Turn, number: int) -> str:
    """The message before, as mail clients repeat it below."""
    if number % 3 == 0:
        head = f"-----Original Message-----\nFrom: {before.author.name}\nSent: {before.at:%A, %d %B %Y %H:%M}"
        return f"\n\n{head}\n\n{before.text}"
    head = f"On {before.at:%a, %d %b %Y at %H:%M}, {before.author.name} wrote:"
    return f"\n\n{head}\n" + "\n".join(f"> {line}" for line in before.text.split("\n"))


def html_body(plain: str, quoted: str) -> str:
    """The same text as a mail client's HTML."""
    paragraphs = "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in plain.split("\n\n"))
    if quoted:
        head, _, rest = quoted.strip().partition("\n")
        inner = escape(rest.replace("> ", ""), quote=False).replace("\n", "<br>")
        quote = f'<blockquote style="margin:0 0 0 .8ex">{inner}</blockquote>'
        paragraphs += f'<div class="gmail_quote">{escape(head, quote=False)}{quote}</div>'
    return f"<html><head><style>p {{margin: 0 0 1em}}</style></head><body>{paragraphs}</body></html>\n"
