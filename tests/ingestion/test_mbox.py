from __future__ import annotations

import pytest

from tests.ingestion.conftest import ReadBytes

PLAIN = b"""From ann@a.example Mon Jun 16 10:00:00 2025
Message-ID: <m1@a.example>
In-Reply-To: <m0@a.example>
References: <r1@a.example>
 <m0@a.example>
Date: Mon, 16 Jun 2025 12:00:00 +0200
From: =?utf-8?q?Ann_M=C3=BCller?= <Ann@A.example>
To: "Bob, Jr." <bob@b.example>, carol@c.example
Subject: =?iso-8859-1?q?Gr=FC=DFe?=
Auto-Submitted: no
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello
>From here on it was good.
From a distance it was not.

From now on: nothing.
"""

ALTERNATIVE = b"""From bob@b.example Mon Jun 16 11:00:00 2025
Message-ID: <m2@b.example>
Date: Mon, 16 Jun 2025 13:00:00 -0000
From: bob@b.example
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=X

--X
Content-Type: text/html; charset=nonsense-8

<html><head><title>t</title><style>p{}</style></head><body><p>Hi&nbsp;Ann</p><ul><li>one</li><li>two</li></ul>
<table><tr><td>a</td><td>b</td></tr></table></body></html>
--X
Content-Type: application/pdf
Content-Disposition: attachment; filename="offer.pdf"
Content-Transfer-Encoding: base64

aGVsbG8=
--X--
"""


def test_a_plain_message(read: ReadBytes):
    out = read("mbox", PLAIN, "mailbox/2025-06-16/ann.m.mbox")
    (payload,) = out.rows.values()
    assert payload["message_id"] == "m1@a.example"
    assert payload["in_reply_to"] == "m0@a.example"
    assert payload["references"] == ["r1@a.example", "m0@a.example"]
    assert payload["date"] == "2025-06-16T10:00:00Z"
    assert payload["from"] == {"name": "Ann Müller", "email": "Ann@A.example"}
    assert payload["to"] == [
        {"name": "Bob, Jr.", "email": "bob@b.example"},
        {"name": "", "email": "carol@c.example"},
    ]
    assert payload["subject"] == "Grüße"
    assert payload["text"] == "Hello\nFrom here on it was good.\nFrom a distance it was not.\n\nFrom now on: nothing."
    assert (payload["html"], payload["headers"]) == (None, {"auto_submitted": "no"})
    assert payload["mailbox"] == "ann.m"
    assert (out.rejects, out.notes) == ([], "")


def test_a_mailbox_is_called_as_its_file_or_as_apple_mail_calls_its_folder(read: ReadBytes):
    names = ["mailbox/INBOX.mbox/mbox", "mailbox/Sent.mbox/mbox.gz", "mailbox/mbox", "mailbox/old/Ann.M.mbox"]
    assert [read("mbox", PLAIN, name).rows[1]["mailbox"] for name in names] == ["INBOX", "Sent", "mbox", "Ann.M"]


def test_html_becomes_text_and_attachments_stay_outside(read: ReadBytes):
    out = read("mbox", PLAIN + b"\n" + ALTERNATIVE)
    payload = out.rows[2]
    assert payload["text"] == "Hi Ann\n\none\ntwo\n\na b"
    assert payload["html"].startswith("<html>")
    assert payload["attachments"] == [{"filename": "offer.pdf", "content_type": "application/pdf", "bytes": 5}]
    assert "charset missing, unknown or wrong (row 2)" in out.notes


def test_names_of_files_are_decoded_and_dates_kept_as_written(read: ReadBytes):
    encoded = ALTERNATIVE.replace(b'"offer.pdf"', b'"=?utf-8?q?r=C3=A9sum=C3=A9.pdf?="').replace(
        b"-0000", b"-0000 (GMT)"
    )
    (payload,) = read("mbox", encoded).rows.values()
    assert payload["attachments"][0]["filename"] == "résumé.pdf"
    assert (payload["date"], payload["date_raw"]) == ("2025-06-16T13:00:00Z", "Mon, 16 Jun 2025 13:00:00 -0000 (GMT)")


def test_bad_dates_ids_and_headers_lose_nothing(read: ReadBytes):
    data = (
        b"From x Mon Jun 16 10:00:00 2025\nDate: yesterday\nFrom: <<>\xe9 broken\nTo: undisclosed-recipients:;\n"
        b"Subject: caf\xe9\n\nbody \xe9\n"
    )
    out = read("mbox", data)
    payload = out.rows[1]
    assert (payload["date"], payload["date_raw"]) == (None, "yesterday")
    assert payload["message_id"].endswith("@no-message-id")
    assert payload["message_id_made"] is True
    assert payload == read("mbox", data).rows[1]
    assert (payload["subject"], payload["text"], payload["to"]) == ("café", "body é", [])


def test_what_is_no_mailbox_is_rejected(read: ReadBytes):
    out = read("mbox", b"hello\nworld\n")
    assert [(r.row, r.reason.value, r.raw_text) for r in out.rejects] == [(1, "not_mbox", "hello\nworld\n")]
    assert read("mbox", b"").rows == {}


def test_a_forwarded_message_is_an_attachment(read: ReadBytes):
    data = (
        b"From x Mon Jun 16 10:00:00 2025\nMessage-ID: <a@b>\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=X\n\n--X\n\nSee below.\n--X\nContent-Type: message/rfc822\n\n"
        b"Subject: inner\n\ninner text\n--X--\n"
    )
    payload = read("mbox", data).rows[1]
    assert payload["text"] == "See below."
    assert [a["content_type"] for a in payload["attachments"]] == ["message/rfc822"]


def _multipart(kind: str, *parts: str) -> bytes:
    body = "".join(f"--X\nContent-Type: {part}\n" for part in parts)
    head = "From x Mon Jun 16 10:00:00 2025\nMessage-ID: <a@b>\nMIME-Version: 1.0\nContent-Type: multipart/"
    return f"{head}{kind}; boundary=X\n\n{body}--X--\n".encode()


@pytest.mark.parametrize("kind", ["text/calendar; method=REQUEST", "text/x-amp-html", "text/rfc822-headers"])
def test_what_is_meant_for_programs_is_not_what_was_written(read: ReadBytes, kind: str):
    parts = ("text/plain\n\nPlease join.", "text/html\n\n<p>Please join.</p>", f"{kind}\n\nBEGIN:VCALENDAR")
    payload = read("mbox", _multipart("alternative", *parts)).rows[1]
    assert payload["text"] == "Please join."
    assert payload["html"] == "<p>Please join.</p>"
    assert [a["content_type"] for a in payload["attachments"]] == [kind.split(";", maxsplit=1)[0]]


HTML, FOOTER = "text/html\n\n<p>Please cancel it.</p>", "text/plain\n\nThis e-mail is confidential."


@pytest.mark.parametrize(
    ("kind", "parts", "text"),
    [
        ("mixed", (HTML, FOOTER), "Please cancel it.\nThis e-mail is confidential."),
        ("mixed", ("text/plain\n\nPlease cancel it.", HTML), "Please cancel it."),
        ("mixed", ("text/plain\n\n ", HTML), "Please cancel it."),
        ("alternative", (HTML, "text/plain\n\nCancel it, please."), "Cancel it, please."),
        ("mixed", ("text/plain\n\none", "text/plain\n\ntwo"), "one\n\ntwo"),
    ],
)
def test_a_message_in_html_is_not_lost_beside_a_plain_footer(
    read: ReadBytes, kind: str, parts: tuple[str, ...], text: str
):
    payload = read("mbox", _multipart(kind, *parts)).rows[1]
    assert [line for line in payload["text"].split("\n") if line] == [line for line in text.split("\n") if line]


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("iso-8859-1", b"\x93It costs\x85 \x80 5\x94", "“It costs… € 5”"),
        ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        ("shift_jis", "①髙橋様".encode("cp932"), "①髙橋様"),
        ("ks_c_5601-1987", "뷁 안녕".encode("cp949"), "뷁 안녕"),
        ("iso-2022-jp", "様".encode("iso-2022-jp") + b" \x1b$B-!\x1b(B ok", "様 \ufffd ok"),
        ("x-unknown", "schön".encode("cp1252"), "schön"),
        ("us-ascii", "schön".encode("cp1252"), "schön"),
    ],
)
def test_a_charset_is_read_as_senders_mean_it(read: ReadBytes, charset: str, body: bytes, text: str):
    head = f"From x Mon Jun 16 10:00:00 2025\nMessage-ID: <a@b>\nContent-Type: text/plain; charset={charset}\n\n"
    assert read("mbox", head.encode() + body + b"\n").rows[1]["text"] == text
