{#- A table in one statement and one commit. The adapter's own builds beside, renames twice and drops the old table in a
    second commit; after each, DuckLake reads its whole catalog again, which took a third of a small night. In DuckLake
    `create or replace` is as safe: what fails before the commit leaves the old table, and readers see their version. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type='table') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% if existing is not none and not existing.is_table %}
    {% do drop_relation_if_exists(existing) %}
  {% endif %}
  {% call statement('main') -%}
    {% if config.get('contract').enforced -%}
      {{ get_assert_columns_equivalent(compiled_code) }}
      create or replace table {{ target }} {{ get_table_columns_and_constraints() }};
      insert into {{ target }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }});
    {%- else -%}
      create or replace table {{ target }} as ({{ compiled_code }});
    {%- endif %}
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {% do persist_docs(target, model) %}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
