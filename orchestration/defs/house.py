"""Everything that Dagster knows of memhouse, put together."""

from dagster import AssetsDefinition, Definitions, InitResourceContext, resource

from ingestion.sources import load_sources
from lake.schemas import MARTS, MEMORY
from lake.settings import Settings, load_settings
from orchestration.dbt_lineage import models_in, with_tests_attached
from orchestration.dbt_manifest import load_manifest
from orchestration.defs.dbt_stages import dbt_stages
from orchestration.defs.embedding import VECTORS, embedding_asset
from orchestration.defs.extraction import extraction_asset
from orchestration.defs.gates import VERDICTS, landing_gate_check, publishing_gate_asset
from orchestration.defs.identity import identity_asset
from orchestration.defs.landing import landing_asset
from orchestration.defs.maintenance import maintenance_asset
from orchestration.defs.nightly import nightly_job, nightly_schedule
from orchestration.defs.snapshot import snapshot_asset
from orchestration.one_night import one_night


@resource(description="Settings, read when a run starts.")
def run_settings(_context: InitResourceContext) -> Settings:
    """Settings of the process that runs."""
    return load_settings()


def build_definitions() -> Definitions:
    """Assets, checks, job, schedule and resources, for the settings of this process. Opens no lake."""
    settings = load_settings()
    sources = load_sources(settings.exports)
    manifest = with_tests_attached(load_manifest())
    published = models_in(manifest, MARTS, MEMORY)
    stages: list[AssetsDefinition] = [
        landing_asset(sources),
        *dbt_stages(manifest),
        identity_asset(),
        extraction_asset(),
        publishing_gate_asset(sources, published),
        embedding_asset(VERDICTS),
        snapshot_asset([*published, VERDICTS, VECTORS]),
        maintenance_asset(),
    ]
    return Definitions(
        assets=stages,
        asset_checks=[landing_gate_check(sources)],
        jobs=[nightly_job],
        schedules=[nightly_schedule(settings.nightly_hour)],
        resources={"settings": run_settings},
        executor=one_night,
    )
