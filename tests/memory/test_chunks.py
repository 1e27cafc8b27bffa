"""Long messages in pieces: the macro's SQL on scripts of all kinds, lossless, bounded and quick."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import jinja2
import pytest

MACRO = Path(__file__).parents[2] / "dbt_project" / "macros" / "memory" / "text_chunks.sql"
SIZE = 800
LONG = 350_000
TEXTS = {
    "english": "some words of a text ",
    "chinese": "我们更喜欢电子邮件。",
    "arabic": "نفضل البريد الإلكتروني ",
    "emoji": "😀👍🏽",
    "one word": "a",
    "lines": "one line\n\nanother line\n",
}


@pytest.fixture(scope="module")
def pieces() -> str:
    """A query that takes a text and gives its pieces."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701 (SQL, not HTML)
    template = environment.from_string(MACRO.read_text())
    names = template.make_module({"adapter": None})

    class Adapter:
        @staticmethod
        def dispatch(name: str) -> object:
            return getattr(names, f"duckdb__{name}")

    names = template.make_module({"adapter": Adapter})
    return f"select {names.text_chunks('t', SIZE)} from (select cast(? as varchar) as t)"


@pytest.mark.parametrize("filler", TEXTS.values(), ids=TEXTS.keys())
def test_a_long_text_is_cut_without_loss_and_soon(filler: str, pieces: str) -> None:
    text = filler * (LONG // len(filler))
    began = time.perf_counter()
    row = duckdb.execute(pieces, [text]).fetchone()
    taken = time.perf_counter() - began
    assert row is not None
    assert "".join(row[0]) == text
    assert max(map(len, row[0])) <= SIZE
    if " " in filler:
        assert all(piece[-1].isspace() for piece in row[0][:-1])
    assert taken < 20  # a pattern took minutes where the machine is busy


@pytest.mark.parametrize(("text", "wanted"), [("", []), ("short", ["short"]), (None, None), ("a" * SIZE, ["a" * SIZE])])
def test_a_short_text_stays_whole(text: str | None, wanted: list[str] | None, pieces: str) -> None:
    assert duckdb.execute(pieces, [text]).fetchone() == (wanted,)
