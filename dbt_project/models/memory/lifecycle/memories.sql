{#- Every text that could be remembered, before the rules of retention. -#}
{%- set origins = ['observations', 'windows', 'summaries', 'knowledge'] -%}
with unioned as (
    {%- for kind in origins %}
        select * from {{ ref('documents__' ~ kind) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    memory_id,
    kind,
    entity_type,
    entity_id,
    account_id,
    person_id,
    visibility,
    text,
    md5(text) as content_hash,
    occurred_at,
    channel,
    agent_id,
    run_id,
    app_id,
    importance,
    is_current,
    source,
    record_key,
    source_file,
    cast(source_row as bigint) as source_row,
    interaction_id
from unioned
