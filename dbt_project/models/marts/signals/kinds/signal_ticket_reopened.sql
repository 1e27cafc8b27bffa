{%- set rules = var('signals')['ticket_reopened'] %}
with replies as (
    select
        interactions.account_id,
        interactions.person_id,
        interactions.thread_id,
        interactions.occurred_at,
        interactions.record_key,
        {{ regex_like('lower(interactions.text)', rules['pattern']) }} as says_so,
        count(*) filter (where interactions.direction = 'outbound') over (
            partition by interactions.thread_id order by interactions.occurred_at, interactions.record_key
        ) as answers_before,
        interactions.direction,
        {% for tag in rules['tags'] -%}
            {{ list_has('tickets.tags', "'" ~ tag ~ "'") }}{{ " or " if not loop.last }}
        {%- endfor %} as is_tagged
    from {{ ref('interactions') }} as interactions
    inner join {{ ref('stg_zendesk__ticket_comments') }} as comments on interactions.record_key = comments.record_key
    inner join {{ ref('stg_zendesk__tickets') }} as tickets on comments.ticket_record_key = tickets.record_key
    where interactions.account_id is not null
)

select
    {{ signal(
        'ticket_reopened',
        account_id='account_id',
        person_id='person_id',
        occurred_at='occurred_at',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail="'the customer came back to a ticket that was answered'",
    ) }}
from replies
where direction = 'inbound' and answers_before > 0 and (says_so or is_tagged)
-- Who says so is believed; of a ticket that only its tag calls reopened, the last message is taken.
qualify row_number() over (
    partition by thread_id
    order by
        case when says_so then 0 else 1 end asc,
        case when says_so then occurred_at end asc,
        occurred_at desc,
        record_key asc
) = 1
