from __future__ import annotations

import duckdb
import pytest

from lake.messages import without_values

CASTS = ("int", "boolean", "date", "time", "timestamp", "timestamptz", "interval", "decimal(10, 2)", "uuid", "json")
TEXTS = ("ann@acme.example", "O'Brien ann@acme.example", "1999-13-45 ann@acme.example", "two lines\nann@acme.example")


def test_no_value_stays_in_a_message_and_columns_do() -> None:
    said = """Database Error in model people (models/people.sql)
  Conversion Error: Could not convert string 'ann@acme.example' to INT32 when casting from source column "age"
  Malformed JSON at byte 0. Input: {"name": "Ann
Lee"}"""
    told = without_values(said)
    assert "acme" not in told
    assert "Ann" not in told
    assert 'source column "age"' in told
    assert "models/people.sql" in told


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("query", [*(f"cast(age as {cast})" for cast in CASTS), "strptime(age, '%Y')"])
def test_what_the_database_says_of_a_value_does_not_quote_it(query: str, text: str) -> None:
    with duckdb.connect() as con:
        con.execute("create table people as select ? as age", [text])
        with pytest.raises(duckdb.Error) as raised:
            con.execute(f"select {query} from people").fetchall()
    told = without_values(str(raised.value))
    assert "acme" not in told
    assert told.startswith(("Conversion Error: ", "Invalid Input Error: "))


@pytest.mark.parametrize(
    "said",
    [
        "the lake isn't there: it's gone",
        'Binder Error: Referenced column "age" not found in FROM clause!',
        "Constraint Error: NOT NULL constraint failed: people.age",
    ],
)
def test_what_says_nothing_of_values_stays_whole(said: str) -> None:
    assert without_values(said) == said
