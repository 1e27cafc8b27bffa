"""Which of dbt's runs share a copy of the parsed project: dbt compiles a node of a copy once only."""

from orchestration.dbt_program import _parsed

NIGHT, NEXT = '{"as_of": "2025-06-29"}', '{"as_of": "2025-06-30"}'


def test_the_stages_of_a_night_share_a_copy_and_nothing_else_does() -> None:
    first = _parsed("dbt_staging", NIGHT)
    assert _parsed("dbt_memory", NIGHT) is first
    again = _parsed("dbt_staging", NIGHT)
    assert again is not first
    assert _parsed("dbt_memory", NIGHT) is again
    assert _parsed("dbt_memory", NEXT) is not again
