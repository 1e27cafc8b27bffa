"""dbt's three runs of a night as assets and checks, one definition a run."""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, ResourceParam
from dagster_dbt import dbt_assets

from lake.settings import Settings
from orchestration.dbt_lineage import LakeTranslator, stage_selections
from orchestration.dbt_run import DbtStage
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN, parse_night


def dbt_stage(name: str, select: str, exclude: str | None, manifest: Mapping[str, Any]) -> AssetsDefinition:
    """The models and tests of one run of dbt."""

    @dbt_assets(
        name=name,
        manifest=manifest,
        select=select,
        exclude=exclude,
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
        dagster_dbt_translator=LakeTranslator(),
    )
    def build(context: AssetExecutionContext, settings: ResourceParam[Settings]) -> Iterator[Any]:
        yield from DbtStage(context, settings, parse_night(context.partition_key)).build()

    return build


def dbt_stages(manifest: Mapping[str, Any]) -> list[AssetsDefinition]:
    """Every run of dbt, in order."""
    selections = stage_selections(manifest)
    return [dbt_stage(name, *selections[name], manifest) for name in selections]
