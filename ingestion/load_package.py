"""One source's batches through dlt into its raw schema: the only code that knows dlt.

dlt's working folder is scratch. It is emptied before and after each load, because it holds customers' rows, and because
a load that was cut off is landed again from the exports: that is exact, whatever state the folder was left in.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ingestion.batches import TableBatch
from ingestion.raw_tables import tables_of
from ingestion.sources import Source
from lake.schemas import raw_schema
from lake.settings import Settings

Load = Callable[[Source, Iterator[TableBatch]], None]

# dlt reads these by name; given as environment, they win over any configuration file of dlt's that lies about.
_DLT_ENVIRONMENT = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "RUNTIME__INTERCEPT_SIGNALS": "false",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "NORMALIZE__WORKERS": "1",
    "LOAD__WORKERS": "1",
    "LOAD__DELETE_COMPLETED_JOBS": "true",
    "RESTORE_FROM_DESTINATION": "false",
    "ENABLE_RUNTIME_TRACE": "false",
}


@contextmanager
def loading(settings: Settings) -> Iterator[Load]:
    """What loads one source's batches after another, over one destination.

    The tables exist already, and no connection to the lake is open.
    """
    with _dlt_environment():
        # Takes a second, and a run with nothing new does without.
        from ingestion.lake_destination import lake_destination  # noqa: PLC0415

        with lake_destination(settings) as lake:

            def load(source: Source, batches: Iterator[TableBatch]) -> None:
                _load_package(settings, lake, source, batches)

            yield load


def _load_package(settings: Settings, lake: Any, source: Source, batches: Iterator[TableBatch]) -> None:
    """Append the batches to the source's raw tables as one load. Raises what reading the batches raises."""
    import dlt  # noqa: PLC0415
    from dlt.pipeline.exceptions import PipelineStepFailed  # noqa: PLC0415

    def package() -> Iterator[Any]:
        for table, batch in batches:
            yield dlt.mark.with_table_name(batch, table)

    clear_scratch(settings)
    name = raw_schema(source.name)
    pipeline = dlt.pipeline(name, str(settings.dlt_dir), destination=lake, dataset_name=name)
    resource = dlt.resource(package, name=source.name, write_disposition="append")
    try:
        pipeline.run(resource, schema=_schema(source, dlt.Schema))
    except PipelineStepFailed as error:
        raise _cause(error) from error
    finally:
        clear_scratch(settings)


def clear_scratch(settings: Settings) -> None:
    """Empty dlt's working folder: what is in it is in the lake, or will be landed again."""
    shutil.rmtree(settings.dlt_dir, ignore_errors=True)


def _schema(source: Source, schema_class: Any) -> Any:
    """All the source's tables, so that dlt sees the same schema whatever a drop holds."""
    from dlt.common.libs.pyarrow import py_arrow_to_table_schema_columns  # noqa: PLC0415
    from dlt.common.schema.utils import new_table  # noqa: PLC0415

    schema = schema_class(raw_schema(source.name))
    for table, columns in tables_of(source).items():
        hints = py_arrow_to_table_schema_columns(columns)
        schema.update_table(new_table(table, write_disposition="append", columns=list(hints.values())))
    return schema


def _cause(error: BaseException) -> BaseException:
    """The first error that was not dlt's wrapping of another."""
    while (inner := error.__cause__) is not None and type(error).__module__.startswith("dlt."):
        error = inner
    return error


@contextmanager
def _dlt_environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _DLT_ENVIRONMENT}
    os.environ.update(_DLT_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
