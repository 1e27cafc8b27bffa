{#- The order in which versions of a record supersede each other: its own modified time (the drop's day where it has none), then the later delivery. -#}
{% macro newest_first(modified_at='modified_at', within_a_file=['load_id', 'source_row']) -%}
    {% if modified_at %}coalesce({{ modified_at }}, {{ midnight('drop_date') }}) desc, {% endif %}{{ by_delivery('desc', within_a_file=within_a_file) }}
{%- endmacro %}

{#- The order in which rows were delivered. What a file says that was corrected in place and landed again the same night
    comes after what it said before: a load's id is its time. -#}
{% macro by_delivery(direction='asc', relation=none, within_a_file=['load_id', 'source_row']) -%}
    {%- for name in ['drop_date', 'recorded_at', 'source_file'] + within_a_file -%}
        {{ relation ~ '.' if relation }}{{ name }} {{ direction }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- One row a record: its latest version as of the run, rejects left out, with the first drop and run that brought it.
    only_new: of an incremental model, the versions that this night brought (`merged_with_known` adds those known before).
    tombstones: the vendor delivers a deletion as a bare mark; the record keeps its last known content and is marked deleted. -#}
{% macro latest_versions(base, modified_at='modified_at', tombstones=false, only_new=false) %}
select
    {{ star_except(['file_sha256', 'load_id', 'reject_reason', 'reject_message', 'raw_text'] + (['is_deleted'] if tombstones else [])) }},
    {%- if tombstones %}
    first_value(base.is_deleted) over (
        partition by record_key order by {{ newest_first(modified_at) }}
    ) as is_deleted,
    {%- endif %}
    min(drop_date) over (partition by record_key) as first_drop_date,
    min(recorded_at) over (partition by record_key) as first_recorded_at
from {{ base }} as base
where reject_reason is null{{ since_newest_seen() if only_new }}
qualify row_number() over (
    partition by record_key
    order by {% if tombstones %}base.is_deleted asc, {% endif %}{{ newest_first(modified_at) }}
) = 1
{%- endmacro %}

{#- Where a row came from: the last columns of every staging model. -#}
{% macro provenance(relation=none) -%}
    {%- for name in ['record_key', 'first_drop_date', 'first_recorded_at', 'source_file', 'source_row', 'drop_date', 'recorded_at'] -%}
        {{ relation ~ '.' if relation }}{{ name }}{{ ",\n    " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
