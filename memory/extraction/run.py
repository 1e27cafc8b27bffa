"""The nightly step: read what is new in `memory.extraction_inputs`, append what it states to `memory.extractions`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from lake.schemas import LAKE, MEMORY
from lake.settings import Settings
from lake.transaction import transaction
from memory.extraction.batch import Reader, Reading, RulesReader
from memory.extraction.llm.cache import LakeAnswers
from memory.extraction.llm.client import Client, Endpoint, Meter
from memory.extraction.llm.read import ModelReader
from memory.extraction.load import RuleSet, load_rules
from memory.extraction.schema import INPUT
from memory.extraction.tables import EXTRACTED, EXTRACTIONS, RULE_VERSIONS, ensure_tables

BATCH_ROWS = 5_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExtractionReport:
    """What one run read and found; `remaining` inputs were already read under this version.

    `failures`: inputs that the rules read because the model did not, `unanswered` of them because the endpoint was not
    there, for which the next night asks again; `meter`: what a model was asked, null without one.
    """

    version: str
    inputs: int
    observations: int
    remaining: int
    failures: int = 0
    unanswered: int = 0
    meter: Meter | None = None
    cost: float | None = None

    def figures(self) -> dict[str, str | int | float]:
        """Flat, as the night reports it: a model's requests, tokens and cost only where one was asked."""
        own: dict[str, str | int | float] = {
            "version": self.version,
            "inputs": self.inputs,
            "observations": self.observations,
            "remaining": self.remaining,
        }
        if self.meter is None:
            return own
        told = {"failures": self.failures, "unanswered": self.unanswered, "cost": self.cost or 0.0}
        return own | told | asdict(self.meter)


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint that the settings name; None where the rules read alone."""
    if not settings.extraction_url:
        return None
    return Endpoint(
        base_url=settings.extraction_url,
        model=settings.extraction_model,
        api_key=settings.extraction_key.get_secret_value(),
        input_price=settings.extraction_input_price,
        output_price=settings.extraction_output_price,
    )


def extract(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    *,
    rules: RuleSet | None = None,
    endpoint: Endpoint | None = None,
    progress: Progress | None = None,
) -> ExtractionReport:
    """Read each input that these rules (or this model) have not read; a second call finds nothing to do.

    What is found is appended in one transaction. Other rules, another version: every input is read again, and the
    models downstream take the version activated last. `endpoint`: read texts with a model there; what it cannot read
    the rules do, and the failure is noted. While it is not there the rules read for it, until a later call finds it.
    `as_of` is the run's and becomes `created_at`; `progress(done, total)` is told of each batch.
    """
    ensure_tables(con)
    reader, finish = _reader(con, rules or load_rules(), endpoint)
    new = _new_inputs(con, reader.version)
    readings: list[tuple[pa.RecordBatch, Reading]] = []
    done = 0
    for batch in new.to_batches(max_chunksize=BATCH_ROWS):
        readings.append((batch, reader(batch)))
        finish()
        done += batch.num_rows
        if progress:
            progress(done, new.num_rows)
    failures = [failure for _, reading in readings for failure in reading.failures.values()]
    with transaction(con):
        _activate(con, reader.version, as_of)
        for batch, reading in readings:
            if isinstance(reader, ModelReader):
                _remove_stand_ins(con, batch, reader.version)
            _append(con, batch, reading, reader.version, as_of)
    return ExtractionReport(
        version=reader.version,
        inputs=new.num_rows,
        observations=sum(reading.observations.num_rows for _, reading in readings),
        remaining=_count(con) - new.num_rows,
        failures=len(failures),
        unanswered=sum(not failure.is_lasting for failure in failures),
        meter=reader.client.meter if isinstance(reader, ModelReader) else None,
        cost=reader.client.meter.cost(endpoint) if endpoint and isinstance(reader, ModelReader) else None,
    )


def _reader(
    con: duckdb.DuckDBPyConnection, rules: RuleSet, endpoint: Endpoint | None
) -> tuple[Reader, Callable[[], object]]:
    """Who reads, and what is to be done after each batch: a model's answers are paid for, so they are kept at once."""
    if endpoint is None:
        return RulesReader(rules), lambda: None
    answers = LakeAnswers(con)
    return ModelReader(Client(endpoint), rules, answers), answers.flush


def _new_inputs(con: duckdb.DuckDBPyConnection, version: str) -> pa.Table:
    """Inputs without a row for this version, in a fixed order."""
    columns = ", ".join(f"inputs.{name}" for name in INPUT.names)
    return con.execute(
        f"""
        select {columns} from {LAKE}.{MEMORY}.extraction_inputs as inputs
        anti join {EXTRACTED} as done on done.input_id = inputs.input_id and done.rules_version = ?
        order by inputs.input_id
        """,
        [version],
    ).to_arrow_table()


def _activate(con: duckdb.DuckDBPyConnection, version: str, as_of: datetime) -> None:
    """Make this version the one that counts, unless it already is."""
    last = con.execute(f"select rules_version, sequence from {RULE_VERSIONS} order by sequence desc limit 1").fetchone()
    if last is None or last[0] != version:
        con.execute(f"insert into {RULE_VERSIONS} values (?, ?, ?)", [version, last[1] + 1 if last else 1, as_of])


def _remove_stand_ins(con: duckdb.DuckDBPyConnection, batch: pa.RecordBatch, version: str) -> None:
    """Take out what the rules read of these inputs while the endpoint was not there."""
    con.register("read_inputs", batch.select(["input_id"]))
    con.execute(
        f"delete from {EXTRACTIONS} where rules_version = ? and input_id in (select input_id from read_inputs)",
        [version],
    )
    con.unregister("read_inputs")


def _append(
    con: duckdb.DuckDBPyConnection, batch: pa.RecordBatch, reading: Reading, version: str, as_of: datetime
) -> None:
    open_again = {input_id for input_id, failure in reading.failures.items() if not failure.is_lasting}
    ids = [input_id for input_id in batch["input_id"].to_pylist() if input_id not in open_again]
    failures = [failure.reason if (failure := reading.failures.get(input_id)) else None for input_id in ids]
    con.register("new_observations", reading.observations)
    con.register("new_inputs", pa.table({"input_id": ids, "failure": pa.array(failures, pa.string())}))
    con.execute(
        f"insert into {EXTRACTIONS} by name select *, ? as rules_version, ? as created_at from new_observations",
        [version, as_of],
    )
    con.execute(
        f"""
        insert into {EXTRACTED} by name
        select
            inputs.input_id,
            ? as rules_version,
            count(found.observation_id) as observations,
            inputs.failure,
            ? as extracted_as_of
        from new_inputs as inputs
        left join new_observations as found on inputs.input_id = found.input_id
        group by inputs.input_id, inputs.failure
        """,
        [version, as_of],
    )
    con.unregister("new_observations")
    con.unregister("new_inputs")


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute(f"select count(*) from {LAKE}.{MEMORY}.extraction_inputs").fetchone()
    return int(row[0]) if row else 0
