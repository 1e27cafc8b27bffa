{#- The newest run that a table has seen, as a literal, or nothing where the table is built afresh. Asked before the model
    is compiled, so that the scan skips the files of older runs. -#}
{% macro newest_seen(column='recorded_at') -%}
    {%- if execute and is_incremental() -%}
        {%- set newest = run_query("select max(" ~ column ~ ") as newest from " ~ this).columns[0].values()[0] -%}
        {%- if newest is not none -%}
            cast('{{ newest.isoformat() }}' as {{ type_timestamptz() }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- What a night reads of a stream: rows that came with the newest run seen, which may be run again, or later. -#}
{% macro since_newest_seen(column='recorded_at') -%}
    {%- set newest = newest_seen(column) | trim -%}
    {%- if newest %} and {{ column }} >= {{ newest }}{% endif -%}
{%- endmacro %}

{#- The versions that a night brought beside those known before, one row a record: the newest stays, whichever night
    brought it, with the first drop and run of either. `fresh` is a relation of the model's own columns. A complete select.

    What is read again of a night that ran before holds all of it, and with it what its files say since: it goes first. -#}
{% macro merged_with_known(fresh, modified_at='modified_at') -%}
{%- if is_incremental() %}
select
    {{ star_except(['first_drop_date', 'first_recorded_at', 'is_fresh']) }},
    min(first_drop_date) over (partition by record_key) as first_drop_date,
    min(first_recorded_at) over (partition by record_key) as first_recorded_at
from (
    select
        *,
        1 as is_fresh
    from {{ fresh }}
    union all
    select
        known.*,
        0 as is_fresh
    from {{ this }} as known
    where exists (select 1 from {{ fresh }} as fresh where fresh.record_key = known.record_key)
) as versions
qualify row_number() over (partition by record_key order by {{ newest_first(modified_at, within_a_file=['is_fresh']) }}) = 1
{%- else %}
select * from {{ fresh }}
{%- endif %}
{%- endmacro %}
