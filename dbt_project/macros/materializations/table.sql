{#- A table filled anew in one commit. Where the lake has it with the same columns it is emptied and written; only a new
    or changed one is created. DuckLake reads its whole catalog again after a change of schema, and the more of it the
    more versions are kept, so a night that creates each table again grew slower with every night; and the adapter's
    own builds beside, renames twice and drops the old one in a second commit. What fails before the commit leaves the
    old rows, and readers see their version. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set target = this.incorporate(type='table') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% if existing is not none and not existing.is_table %}
    {% do drop_relation_if_exists(existing) %}
  {% endif %}
  {%- set is_kept = existing is not none and existing.is_table and not should_full_refresh()
      and has_columns_of(target, compiled_code) -%}
  {% call statement('main') -%}
    {% if is_kept -%}
      truncate {{ target }};
      insert into {{ target }} by name ({{ compiled_code }});
    {%- elif config.get('contract').enforced -%}
      {{ get_assert_columns_equivalent(compiled_code) }}
      create or replace table {{ target }} {{ get_table_columns_and_constraints() }};
      insert into {{ target }} by name ({{ compiled_code }});
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

{#- Whether a table has just the columns that a query gives, names and types, in any order. -#}
{% macro has_columns_of(table, query) %}
  {% set differences %}
    select column_name, column_type
    from (select column_name, column_type from (describe {{ table }})
          union all select column_name, column_type from (describe ({{ query }})))
    group by all having count(*) <> 2
  {% endset %}
  {% do return(run_query(differences) | length == 0) %}
{% endmacro %}
