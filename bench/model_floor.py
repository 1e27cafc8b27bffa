"""The same aggregates by hand: DuckDB over the lake's Parquet files, nothing typed, kept or checked beyond what each needs.

Rows without the id that their tool gives them are left out; the model has them in quarantine. What the queries by hand do
not see, and no demo has: tools of one's own (`custom`), a chat message that is an attachment alone, a late first comment that
repeats its ticket's opening, and a repeating meeting that was delivered again with fewer occurrences.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from bench.model_build import Built
from lake.connection import connect
from lake.settings import Settings

# One row a user's day: as marts.usage_daily, baseline included.
USAGE = """
    create temp table usage_by_hand as
    with events as (
        select p.messageId as id, any_value(p.userId) as user_id, any_value(p.anonymousId) as anonymous_id,
            any_value(coalesce(p.groupId, p.context.groupId)) as group_id, any_value(p.type) as type,
            any_value(coalesce(p.event, p.name, p.type)) as event, any_value(try_cast(p.timestamp as timestamptz)) as moment
        from (select from_json(payload, '{"messageId": "VARCHAR", "userId": "VARCHAR", "anonymousId": "VARCHAR",
            "groupId": "VARCHAR", "context": {"groupId": "VARCHAR"}, "type": "VARCHAR", "event": "VARCHAR", "name": "VARCHAR",
            "timestamp": "VARCHAR"}') as p from raw_segment.events)
        where p.messageId is not null group by 1
    ),
    known as (select anonymous_id, arg_min(user_id, moment) as user_id from events where user_id is not null group by 1),
    days as (
        select g.entity_id as account_id, p.entity_id as person_id, e.moment::date as day, e.type, e.event, count(*) as events
        from events as e
        left join known as k on case when e.user_id is null then e.anonymous_id end = k.anonymous_id
        left join identity.links as g on 'segment:groups:' || e.group_id = g.record_key
        left join identity.links as p on 'segment:users:' || coalesce(e.user_id, k.user_id) = p.record_key
        where e.type in ('track', 'page', 'screen') and e.moment is not null group by all
    ),
    totals as (select account_id, type, event, day, sum(events) as events from days group by all)
    select d.*, t.trailing / 28.0 as baseline
    from days as d
    left join (select *, sum(events) over (partition by account_id, type, event order by day
        range between interval 28 days preceding and interval 1 day preceding) as trailing from totals) as t
        using (account_id, type, event, day)"""
INTERACTIONS = """
    create temp table interactions_by_hand as
    select channel, date_trunc('month', moment) as month, count(*) as interactions
    from (select channel, id, max(moment) as moment from (
        select 'email' as channel, payload->>'message_id' as id, try_cast(payload->>'date' as timestamptz) as moment from raw_mailbox.messages
        union all select 'ticket', payload->>'id', try_cast(payload->>'created_at' as timestamptz) from raw_zendesk.ticket_comments
        -- What opened a ticket, where no comment is it: its comments, if any, begin later.
        union all select 'ticket', 'opened ' || id, created_at from (
            select payload->>'id' as id, min(try_cast(payload->>'created_at' as timestamptz)) as created_at from raw_zendesk.tickets group by 1) as t
            where not exists (select 1 from raw_zendesk.ticket_comments as c where (c.payload->>'ticket_id') = t.id
                and try_cast(c.payload->>'created_at' as timestamptz) <= t.created_at + interval 1 minute)
        -- A meeting that was moved stands under the time at which the series has it.
        union all select 'meeting', uid || coalesce(recurrence_id, occurrence, ''), coalesce(try_cast(occurrence as timestamptz), starts_at) from (
            select payload->>'uid' as uid, payload->>'recurrence_id' as recurrence_id, try_cast(payload->>'dtstart' as timestamptz) as starts_at,
                unnest(coalesce(from_json(payload->'occurrences', '["VARCHAR"]'), [null])) as occurrence from raw_calendar.events)
            where starts_at is not null
        union all select 'agent', payload->>'event_id', try_cast(payload->>'occurred_at' as timestamptz) from raw_agents.events
            where payload->>'type' != 'recall'
        union all select 'chat', part.id, to_timestamp(part.created_at) from (
            select unnest(from_json(payload->'conversation_parts'->'conversation_parts',
                '[{"id": "VARCHAR", "created_at": "BIGINT", "body": "VARCHAR"}]')) as part from raw_intercom.conversations)
            where part.body is not null
        union all select 'chat', payload->>'id', to_timestamp((payload->>'created_at')::bigint) from raw_intercom.conversations
        union all select 'call', coalesce(payload->>'Sid', payload->>'sid'), coalesce(try_strptime(payload->>'StartTime', '%a, %d %b %Y %H:%M:%S %z'), try_cast(payload->>'start_time' as timestamptz)) from raw_twilio.calls
        union all select 'message', coalesce(payload->>'Sid', payload->>'sid'), coalesce(try_strptime(payload->>'DateSent', '%a, %d %b %Y %H:%M:%S %z'), try_cast(payload->>'date_sent' as timestamptz)) from raw_twilio.messages
        union all select 'note', payload->>'Id', coalesce(try_cast(payload->>'CreatedDate' as timestamptz), _drop_date) from raw_salesforce.tasks
    ) where moment is not null and id != '' group by all) group by all"""
MONEY = """
    create temp table money_by_hand as
    select l.entity_id as account_id, sum((i.payload->>'total')::bigint) as invoiced, sum((i.payload->>'amount_paid')::bigint) as paid
    from (from raw_stripe.invoices qualify row_number() over (
        partition by payload->>'id' order by _drop_date desc, _recorded_at desc, _source_file desc, _source_row desc) = 1) as i
    inner join identity.links as l on 'stripe:customers:' || (i.payload->>'customer') = l.record_key and l.entity_type = 'account'
    where (i.payload->>'id') is not null and (i.payload->>'status') in ('open', 'paid', 'uncollectible') and try_cast(i.payload->>'created' as bigint) is not null
    group by all"""
# Aggregate → the query by hand, its figure, the model's figure, and the models that make it.
AGGREGATES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "usage": (
        USAGE,
        "select sum(events) from usage_by_hand",
        "select sum(events) from marts.usage_daily",
        ("base_segment__events", "stg_segment__anonymous_users", "typed_usage_daily", "usage_daily"),
    ),
    "interactions": (
        INTERACTIONS,
        "select sum(interactions) from interactions_by_hand",
        "select count(*) from marts.interactions",
        ("stg_mailbox__messages", "stg_zendesk__", "stg_intercom__conv", "stg_twilio__", "stg_calendar__events",
         "stg_agents__events", "stg_salesforce__tasks", "typed_interactions", "interaction_entities"),
    ),
    "money": (
        MONEY,
        "select sum(invoiced) + sum(paid) from money_by_hand",
        ("select sum(total_minor) + sum(amount_paid_minor) from marts.invoices "
        "where account_id is not null and status in ('open', 'paid', 'uncollectible')"),
        ("stg_stripe__invoices", "invoices"),
    ),
}  # fmt: skip


def measure_floor(settings: Settings, built: Built) -> dict[str, Any]:
    """Seconds by hand and of the models, their ratio, and both figures, which agree where the same rows were counted."""
    figures: dict[str, Any] = {}
    with connect(settings, read_only=True) as con:
        for name, (query, by_hand, modelled, models) in AGGREGATES.items():
            start = perf_counter()
            con.execute(query)
            seconds = perf_counter() - start
            of_models = built.seconds_of(models)
            figures[name] = {
                "by_hand_s": round(seconds, 2),
                "models_s": round(of_models, 2),
                "ratio": round(of_models / seconds, 1),
                "figures": [int(con.execute(sql).fetchall()[0][0]) for sql in (by_hand, modelled)],
            }
    return figures
