{#- What a schema of the lake holds, asked of DuckLake's catalog. DuckDB's own list reads the statistics of every table of
    the lake first: over a second for each of a night's three runs. -#}
{% macro duckdb__list_relations_without_caching(schema_relation) %}
  {%- set catalog = '__ducklake_metadata_' ~ schema_relation.database %}
  {%- set listed = [] %}
  {%- for kind in ['table', 'view'] %}
    {%- do listed.append(
      "select '" ~ schema_relation.database ~ "' as database, held." ~ kind ~ "_name as name, schemas.schema_name as schema, '"
      ~ kind ~ "' as type from " ~ catalog ~ ".ducklake_" ~ kind ~ " as held join " ~ catalog
      ~ ".ducklake_schema as schemas using (schema_id) where held.end_snapshot is null and schemas.end_snapshot is null"
      ~ " and lower(schemas.schema_name) = '" ~ schema_relation.schema | lower ~ "'"
    ) %}
  {%- endfor %}
  {% call statement('list_relations_without_caching', fetch_result=True) -%}
    {{ listed | join(' union all ') }}
  {%- endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}
