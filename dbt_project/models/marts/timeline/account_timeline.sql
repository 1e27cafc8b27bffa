{%- set excerpt = var('timeline_excerpt') %}
with entries as (
    select
        'interaction' as entry_type,
        interaction_id as entry_id,
        account_id,
        person_id,
        occurred_at,
        channel,
        kind,
        direction,
        subject as title,
        substr(text, 1, {{ excerpt }}) as text,
        interaction_id,
        record_key,
        source_file,
        source_row
    from {{ ref('interactions') }}
    where account_id is not null

    union all

    select
        'signal' as entry_type,
        signals.signal_id as entry_id,
        signals.account_id,
        signals.person_id,
        signals.occurred_at,
        null as channel,
        signals.kind,
        null as direction,
        replace(signals.kind, '_', ' ') as title,
        substr(signals.detail, 1, {{ excerpt }}) as text,
        null as interaction_id,
        signals.record_key,
        sources.source_file,
        sources.source_row
    from {{ ref('signals') }} as signals
    left join {{ ref('record_sources') }} as sources on signals.record_key = sources.record_key

    {%- set due = "coalesce(', due ' || cast(" ~ utc_date('due_at') ~ " as string), '')" %}
    {%- for kind, at, where, about in [
        ('invoice_issued', 'issued_at', "coalesce(status, '') != 'draft'", due),
        ('invoice_paid', 'paid_at', 'paid_at is not null', "''"),
    ] %}

        union all

        select
            'invoice' as entry_type,
            {{ hash_id('ent', ['record_key', "'" ~ kind ~ "'"]) }} as entry_id,
            account_id,
            null as person_id,
            {{ at }} as occurred_at,
            null as channel,
            '{{ kind }}' as kind,
            null as direction,
            coalesce(number, invoice_id) as title,
            {{ money_text('total_minor', 'currency') }} || {{ about }} as text,
            null as interaction_id,
            record_key,
            source_file,
            source_row
        from {{ ref('invoices') }}
        where account_id is not null and {{ where }} and {{ at }} <= {{ as_of() }}
    {%- endfor %}
    {%- for kind, at in [('subscription_started', 'started_at'), ('subscription_ended', 'ended_at')] %}

        union all

        select
            'subscription' as entry_type,
            {{ hash_id('ent', ['record_key', "'" ~ kind ~ "'"]) }} as entry_id,
            account_id,
            null as person_id,
            {{ at }} as occurred_at,
            null as channel,
            '{{ kind }}' as kind,
            null as direction,
            plan as title,
            cast(seats as string) || ' seats, by the ' || billing_interval as text,
            null as interaction_id,
            record_key,
            source_file,
            source_row
        from {{ ref('subscriptions') }}
        where account_id is not null and {{ at }} <= {{ as_of() }}
    {%- endfor %}
    {%- for kind, at, where, about in [
        ('opportunity_opened', 'created_at', 'true', "''"),
        ('opportunity_closed', midnight('close_on'), "state != 'open'", "', ' || state"),
    ] %}

        union all

        select
            'opportunity' as entry_type,
            {{ hash_id('ent', ['record_key', "'" ~ kind ~ "'"]) }} as entry_id,
            account_id,
            null as person_id,
            {{ at }} as occurred_at,
            null as channel,
            '{{ kind }}' as kind,
            null as direction,
            name as title,
            coalesce(type, 'deal') || {{ about }} as text,
            null as interaction_id,
            record_key,
            source_file,
            source_row
        from {{ ref('opportunities') }}
        where account_id is not null and {{ where }} and {{ at }} <= {{ as_of() }}
    {%- endfor %}
)

select
    entry_id,
    account_id,
    person_id,
    occurred_at,
    entry_type,
    channel,
    kind,
    direction,
    title,
    text,
    interaction_id,
    record_key,
    source_file,
    source_row
from entries
