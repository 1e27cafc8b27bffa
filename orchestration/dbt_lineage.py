"""dbt's nodes as Dagster assets: keys, groups and checks, so that lineage runs through dbt and Python as one graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey
from dagster_dbt import DagsterDbtTranslator

from lake import schemas

STAGES = ("dbt_staging", "dbt_unified_model", "dbt_memory")


def stage_selections(manifest: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Each of dbt's three runs of a night → what it selects and excludes, in dbt's own words.

    Which models belong to which run follows from what Python writes in between: identity, then extractions.
    """
    below_identity, below_memory = _below(manifest, schemas.IDENTITY), _below(manifest, schemas.MEMORY)
    staging, unified, memory = STAGES
    return {
        staging: ("fqn:*", f"{below_identity} {below_memory}"),
        unified: (below_identity, below_memory),
        memory: (below_memory, None),
    }


def _below(manifest: Mapping[str, Any], schema: str) -> str:
    """dbt's selector of everything that reads, directly or not, what Python writes into a schema."""
    names = sorted({source["source_name"] for source in manifest["sources"].values() if source["schema"] == schema})
    return " ".join(f"source:{name}+" for name in names)


class LakeTranslator(DagsterDbtTranslator):
    """Keys are `schema/table`, for models and sources alike; groups are the lake's schemas."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """`marts/accounts`; a source's key is that of the Python asset that writes it."""
        name = dbt_resource_props.get("identifier") or dbt_resource_props.get("alias") or dbt_resource_props["name"]
        return AssetKey([dbt_resource_props["schema"], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The lake schema that holds the table."""
        return str(dbt_resource_props["schema"])


def with_tests_attached(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Attach each `assert_*` test over several models to its last one, so that it shows as a check of that asset.

    dbt-dagster leaves such tests out of the asset graph unless their metadata names a model.
    """
    nodes = dict(manifest["nodes"])
    tests = [(unique_id, node) for unique_id, node in nodes.items() if node["resource_type"] == "test"]
    for unique_id, node in tests:
        parents = [parent for parent in node["depends_on"]["nodes"] if parent in nodes]
        if not node.get("attached_node") and len(parents) > 1:
            last = max(parents, key=lambda parent: (_depth(manifest, parent), parent))
            meta = {**node["config"].get("meta", {}), "dagster": {"ref": {"name": nodes[last]["name"]}}}
            nodes[unique_id] = {**node, "config": {**node["config"], "meta": meta}}
    return {**manifest, "nodes": nodes}


def _depth(manifest: Mapping[str, Any], unique_id: str) -> int:
    """How many dbt nodes lie above a node: what is built later has more."""
    above: set[str] = set()
    queue = [unique_id]
    while queue:
        parents = set(manifest["parent_map"].get(queue.pop(), [])) - above
        above |= parents
        queue.extend(parents)
    return len(above)


def models_in(manifest: Mapping[str, Any], *in_schemas: str) -> list[AssetKey]:
    """Keys of the tables that dbt builds in these schemas, sorted."""
    tables = {
        AssetKey([node["schema"], node.get("alias") or node["name"]])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] != "ephemeral"
        and node["schema"] in in_schemas
    }
    return sorted(tables)
