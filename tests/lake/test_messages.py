from lake.messages import without_values


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
    assert without_values("the lake isn't there: it's gone") == "the lake isn't there: it's gone"
