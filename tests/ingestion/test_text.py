from __future__ import annotations

import pytest

from ingestion.text import decode
from tests.ingestion.conftest import ReadBytes

TEXT = "Id,Name\n1,Zoë Å\n2,Jürgen\n"
ROWS = [{"Id": "1", "Name": "Zoë Å"}, {"Id": "2", "Name": "Jürgen"}]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "read as utf-16"),
        ("utf-16-le", "read as utf-16-le"),
        ("utf-16-be", "read as utf-16-be"),
        ("latin-1", "not UTF-8, read as Windows-1252 (2 times, first in row 2)"),
    ],
)
def test_encodings_are_told_apart(read: ReadBytes, encoding: str, note: str):
    out = read("csv", TEXT.encode(encoding))
    assert list(out.rows.values()) == ROWS
    assert note in out.notes


def test_a_declared_encoding_is_taken_at_its_word(read: ReadBytes):
    assert list(read("csv", "Id\n\u041f\u0440\u0438\n".encode("cp1251"), encoding="cp1251").rows.values()) == [
        {"Id": "\u041f\u0440\u0438"}
    ]


def test_one_line_in_another_encoding_does_not_spoil_the_others(read: ReadBytes):
    out = read("ndjson", '{"n":"Zoë"}\n'.encode() + '{"n":"Zoë \u2013 €"}\n'.encode("cp1252") + '{"n":"日本"}'.encode())
    assert [row["n"] for row in out.rows.values()] == ["Zoë", "Zoë \u2013 €", "日本"]


def test_nul_bytes_are_left_out_and_noted(read: ReadBytes):
    out = read("csv", b"Id,Name\n1,a\0b\n")
    assert out.rows[2]["Name"] == "ab"
    assert "NUL bytes left out (row 2)" in out.notes


def test_line_ends_of_old_macintoshes(read: ReadBytes):
    assert list(read("csv", b"Id,Name\r1,a\r2,b\r").rows) == [2, 3]


def test_every_byte_decodes():
    assert len(decode(bytes(range(256)))) == 256
    assert decode(b"\x81\x93") == "\x81“"
