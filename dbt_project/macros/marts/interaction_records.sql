{#- The staged records that are interactions, with their time: what `interactions` must hold, no more and no less. A complete select. -#}
{% macro interaction_records() -%}
    select
        comments.record_key,
        comments.occurred_at
    from {{ ref('stg_zendesk__ticket_comments') }} as comments
    left join {{ ref('stg_zendesk__tickets') }} as tickets on comments.ticket_record_key = tickets.record_key
    where not comments.is_deleted and not coalesce(tickets.is_deleted, false)
    union all
    select
        tickets.record_key,
        tickets.created_at as occurred_at
    from {{ ref('stg_zendesk__tickets') }} as tickets
    where not tickets.is_deleted and tickets.record_key in (select openings.record_key from ({{ zendesk_openings() }}) as openings)
    union all
    select
        parts.record_key,
        parts.occurred_at
    from {{ ref('stg_intercom__conversation_parts') }} as parts
    inner join {{ ref('stg_intercom__conversations') }} as conversations
        on parts.conversation_record_key = conversations.record_key
    where (parts.text is not null or {{ list_length('parts.attachments') }} > 0) and not conversations.is_deleted
    {%- for model in ['twilio__messages', 'twilio__calls', 'mailbox__messages', 'calendar__events', 'custom__interactions', 'salesforce__tasks', 'agents__events'] %}
    union all
    select
        record_key,
        {{ "coalesce(occurred_at, " ~ midnight('first_drop_date') ~ ")" if model == 'salesforce__tasks' else 'occurred_at' }} as occurred_at
    from {{ ref('stg_' ~ model) }}
    where not is_deleted
        {{- " and event_type != 'recall'" if model == 'agents__events' }}
        {{- " and not coalesce(is_handed_on, false)" if model == 'twilio__calls' }}
    {%- endfor %}
{%- endmacro %}

{#- Tickets whose opening was not delivered as a comment: the ticket itself tells it. Zendesk writes the first comment with the
    ticket. A complete select. -#}
{% macro zendesk_openings() -%}
select tickets.record_key
from {{ ref('stg_zendesk__tickets') }} as tickets
left join (
    select
        ticket_record_key,
        min(occurred_at) as first_comment_at,
        {{ first_by('text') }} as first_text
    from {{ ref('stg_zendesk__ticket_comments') }}
    group by ticket_record_key
) as firsts on tickets.record_key = firsts.ticket_record_key
where
    firsts.ticket_record_key is null
    or (
        tickets.text != coalesce(firsts.first_text, '')
        and {{ seconds_between('tickets.created_at', 'firsts.first_comment_at') }} > 60
    )
{%- endmacro %}

{#- Takes out of typed_interactions what is no interaction any more. -#}
{% macro delete_vanished_interactions() -%}
    delete from {{ this }}
    where record_key not in (select records.record_key from ({{ interaction_records() }}) as records)
{%- endmacro %}
