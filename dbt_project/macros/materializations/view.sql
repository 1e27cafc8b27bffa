{#- A view, written only where the lake has another text for it: each change of schema makes DuckLake read its whole catalog
    again. -#}
{% materialization view, adapter='duckdb' %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type='view') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% if existing is not none and not existing.is_view %}
    {% do drop_relation_if_exists(existing) %}
  {% endif %}
  {%- set is_kept = existing is not none and existing.is_view and has_text_of(target, compiled_code) -%}
  {% call statement('main') -%}
    {% if is_kept -%}
      select 1
    {%- else -%}
      {% if config.get('contract').enforced %}{{ get_assert_columns_equivalent(compiled_code) }}{% endif %}
      create or replace view {{ target }} as ({{ compiled_code }});
    {%- endif %}
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do persist_docs(target, model) %}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Whether a view says what a query says, as DuckDB spells both. -#}
{% macro has_text_of(view, query) %}
  {% do run_query('create or replace temporary view ' ~ view.identifier ~ ' as (' ~ query ~ ')') %}
  {% set texts %}
    select distinct regexp_replace(sql, '^.*? AS ', '')
    from duckdb_views()
    where view_name = '{{ view.identifier }}' and (temporary or schema_name = '{{ view.schema }}')
  {% endset %}
  {% do return(run_query(texts) | length == 1) %}
{% endmacro %}
