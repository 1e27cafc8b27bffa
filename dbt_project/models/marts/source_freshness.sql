{#- A source without a single row is not in use, and not stale. -#}
{%- set limits = var('freshness_days') %}
with streams as (
    {%- for source_name, stream_names in raw_streams().items() %}
        {%- set last = loop.last %}
        {%- for stream in stream_names %}
            select
                '{{ source_name }}' as source,
                cast({{ limits.get(source_name, limits['default']) }} as bigint) as warn_after_days,
                max(_drop_date) as newest_drop_date
            from {{ source('raw_' ~ source_name, stream) }}
            where _recorded_at <= {{ as_of() }} and _drop_date <= {{ as_of_date() }}
            {% if not (last and loop.last) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
    {%- for landed in own_raw_tables('_landed_files') %}
        {%- set source_name = landed.schema | replace('raw_', '', 1) %}
            union all
            select
                '{{ source_name }}' as source,
                cast({{ limits.get(source_name, limits['default']) }} as bigint) as warn_after_days,
                max(_drop_date) as newest_drop_date
            from {{ landed }}
            where rows_landed > 0 and _recorded_at <= {{ as_of() }} and _drop_date <= {{ as_of_date() }}
    {%- endfor %}
),

newest as (
    select
        source,
        warn_after_days,
        max(newest_drop_date) as newest_drop_date
    from streams
    where newest_drop_date is not null
    group by source, warn_after_days
)

select
    source,
    newest_drop_date,
    cast({{ days_between('newest_drop_date', as_of_date()) }} as bigint) as days_old,
    warn_after_days,
    {{ days_between('newest_drop_date', as_of_date()) }} <= warn_after_days as is_fresh
from newest
