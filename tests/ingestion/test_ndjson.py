from __future__ import annotations

import json

import duckdb
import pytest

from tests.ingestion.conftest import ReadBytes


def test_rows_keep_their_line_and_their_text(read: ReadBytes):
    out = read("ndjson", b'\xef\xbb\xbf{"id": 1.10}\r\n\n  \n{"id":2,"x":{"y":[1]}}')
    assert out.rows == {1: {"id": 1.1}, 4: {"id": 2, "x": {"y": [1]}}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": 1', "invalid_json"),
        (b'{"id": NaN}', "invalid_json"),
        (b'{"id": 1} {"id": 2}', "invalid_json"),
        (b"{'id': 1}", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "invalid_json"),
        (b"[1]", "not_an_object"),
        (b"7", "not_an_object"),
        (b"null", "not_an_object"),
    ],
)
def test_a_bad_line_is_rejected_with_its_place_and_text(read: ReadBytes, line: bytes, reason: str):
    out = read("ndjson", b'{"id":0}\n' + line + b'\n{"id":2}\n')
    assert sorted(out.rows) == [1, 3]
    assert [(r.row, r.reason.value, r.raw_text) for r in out.rejects] == [(2, reason, line.decode())]


@pytest.mark.parametrize("text", [r"a\u0000b", r"a\ud83db", r"a\ude00b", r"a\uD83Db"])
def test_escapes_that_are_no_text_do_not_reach_sql(read: ReadBytes, text: str):
    out = read("ndjson", f'{{"id":"{text}"}}'.encode())
    payload = json.dumps(out.rows[1], ensure_ascii=False)
    assert duckdb.execute("select json_valid(?), ? ->> 'id'", [payload, payload]).fetchone() in [
        (True, "ab"),
        (True, "a\ufffdb"),
    ]
    assert "replaced" in out.notes


def test_proper_escapes_are_left_as_they_were(read: ReadBytes):
    out = read("ndjson", rb'{"id":"\ud83d\ude00 \\u0000 \u00e9"}')
    assert out.rows == {1: {"id": "😀 \\u0000 é"}}
    assert out.notes == ""


def test_rows_without_the_declared_id_are_noted(read: ReadBytes):
    assert "no id (row 2)" in read("ndjson", b'{"id":1}\n{"ID":2}', native_id=("id",)).notes


@pytest.mark.parametrize(
    ("data", "remedy", "rows"),
    [
        (b'[{"id":1},{"id":2}]', "jq -c '.[]'", 1),
        (b'[{"id":1},\n{"id":2}]\n', "jq -c '.[]'", 2),
        (b'[\n  {\n    "id": 1\n  }\n]\n', "jq -c '.[]'", 5),
        (b'{\n  "id": 1\n}\n', "jq -c '.'", 3),
    ],
)
def test_an_answer_of_an_api_saved_whole_is_rejected_with_the_remedy(
    read: ReadBytes, data: bytes, remedy: str, rows: int
):
    out = read("ndjson", data, native_id=("id",))
    assert out.rows == {}
    assert [remedy in reject.message for reject in out.rejects] == [True] * rows


def test_a_bad_line_in_a_file_of_lines_is_no_matter_of_its_shape(read: ReadBytes):
    out = read("ndjson", b'{"id":1,"data":[]}\n{"id":2,\n', native_id=("id",))
    assert ("jq" in out.rejects[0].message, list(out.rows)) == (False, [1])
