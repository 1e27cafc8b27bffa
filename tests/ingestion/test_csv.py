from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers import delimited
from tests.ingestion.conftest import ReadBytes


def places(rejects) -> list[tuple[int, str]]:
    return [(reject.row, reject.reason.value) for reject in rejects]


def test_rows_are_placed_by_the_line_they_start_at(read: ReadBytes):
    out = read("csv", b'Id,Name\r\n1,"a\nb"\r\n\r\n2,""\r\n3,c')
    assert out.rows == {2: {"Id": "1", "Name": "a\nb"}, 5: {"Id": "2", "Name": ""}, 6: {"Id": "3", "Name": "c"}}
    assert out.rejects == []


def test_a_row_that_does_not_fit_the_header_is_rejected_by_itself(read: ReadBytes):
    out = read("csv", b"Id,Name,City\n1,a,x\n2,b\n3,c,y,z\n4,d,w\n")
    assert sorted(out.rows) == [2, 5]
    assert places(out.rejects) == [(3, "too_few_fields"), (4, "too_many_fields")]
    assert out.rejects[0].raw_text == "2,b"
    assert out.rejects[0].message == "2 fields where the header has 3"


def test_a_quote_never_closed_costs_its_own_row_only(read: ReadBytes):
    out = read("csv", b'Id,Name,City\n1,a,x\n2,"b,y\n3,c,z\n4,d,w\n')
    assert sorted(out.rows) == [2, 4, 5]
    assert places(out.rejects) == [(3, "unclosed_quote")]
    assert out.rejects[0].raw_text == '2,"b,y'


def test_a_stray_quote_that_a_later_one_closes_costs_its_own_row_only(read: ReadBytes):
    out = read("csv", b'Id,Name,City\n1,"a,x\n2,b,y\n3,"c",z\n4,d,w\n')
    assert sorted(out.rows) == [3, 4, 5]
    assert places(out.rejects) == [(2, "malformed_quotes")]


def test_a_record_of_several_lines_cut_off_at_the_end_is_one_reject(read: ReadBytes):
    out = read("csv", b'Id,Name,Text\n1,a,x\n2,b,"first line\nsecond line\nthird')
    assert sorted(out.rows) == [2]
    assert places(out.rejects) == [(3, "unclosed_quote")]
    assert out.rejects[0].raw_text == '2,b,"first line\nsecond line\nthird'


def test_an_endless_field_does_not_take_the_file_into_memory(read: ReadBytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delimited, "MAX_RECORD_LINES", 10)
    lines = [b'0,"open', *[b"prose" for _ in range(25)], b"1,a", b"2,b"]
    out = read("csv", b"Id,Name\n" + b"\n".join(lines))
    assert [row["Id"] for row in out.rows.values()] == ["1", "2"]
    assert out.rejects[0].row == 2
    assert "".join(reject.raw_text or "" for reject in out.rejects).count("prose") == 25


def test_headers_that_repeat_or_are_empty_get_names_of_their_own(read: ReadBytes):
    out = read("csv", b"Email,Email,,Email_2,First Name,first_name\n1,2,3,4,5,6\n")
    assert out.rows[2] == {
        "Email": "1", "Email_3": "2", "column_3": "3", "Email_2": "4", "First Name": "5", "first_name": "6",
    }  # fmt: skip
    assert "header 'Email' in column 2 read as 'Email_3'" in out.notes


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"a;b\n1,5;2\n", {}),
        (b"a\tb\n1,5\t2\n", {}),
        (b"a|b\n1,5|2\n", {}),
        (b"sep=;\na;b\n1,5;2\n", {}),
        (b"a#b\n1,5#2\n", {"delimiter": "#"}),
    ],
)
def test_the_delimiter_is_found_or_declared(read: ReadBytes, data: bytes, options: dict[str, str]):
    assert list(read("csv", data, **options).rows.values()) == [{"a": "1,5", "b": "2"}]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"Id,Name\n", b"Id,Name"])
def test_no_rows(read: ReadBytes, data: bytes):
    out = read("csv", data)
    assert (out.rows, out.rejects) == ({}, [])


def test_a_missing_id_column_is_noted(read: ReadBytes):
    assert "no column Id" in read("csv", b"ID;Name\n1;a\n", native_id=("Id",)).notes
    assert read("csv", b"sid,Name\n1,a\n", native_id=("Sid", "sid")).notes == ""


@pytest.mark.parametrize(("data", "row", "kept"), [(b"Id,Name\n1,a\rb\n2,c\n", 2, [3]), (b"PK\x03\rx\nx\n", 1, [])])
def test_a_stray_carriage_return_is_told_as_such(read: ReadBytes, data: bytes, row: int, kept: list[int]):
    out = read("csv", data)
    (reject,) = out.rejects
    assert (reject.row, "carriage return" in reject.message, "doubled" in reject.message) == (row, True, False)
    assert "\r" in (reject.raw_text or "")
    assert list(out.rows) == kept


def test_a_header_that_cannot_be_read_is_one_reject(read: ReadBytes):
    out = read("csv", b'Id,"Name"x\n1,a\n')
    assert (out.rows, places(out.rejects)) == ({}, [(1, "malformed_quotes")])


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=8), terminator=st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_writer_quotes_comes_back(read: ReadBytes, rows, terminator):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=terminator).writerows([("a", "b", "c"), *rows])
    out = read("csv", text.getvalue().encode())
    assert [tuple(row.values()) for row in out.rows.values()] == rows
    assert out.rejects == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.sampled_from(["1,a", '2,"b', 'c"', '"', "x,y,z", "", '3,"d"', '4,"e\nf"', "5"]), max_size=12))
def test_no_line_is_lost_whatever_is_broken(read: ReadBytes, lines: list[str]):
    body = "\n".join(lines)
    out = read("csv", ("Id,Name\n" + body).encode())
    kept = sum(len(value) for row in out.rows.values() for value in row.values())
    letters = sum(char.isalnum() for reject in out.rejects for char in reject.raw_text or "")
    landed = sum(char.isalnum() for row in out.rows.values() for value in row.values() for char in value)
    assert letters + landed == sum(char.isalnum() for char in body)
    assert kept >= 0
