{#- The root of each mail's thread: a reply that names only a later message of the chain is led up to where
    the chain begins. -#}
{%- set longest_chain = 50 %}
with recursive mails as (
    select
        record_key,
        thread_key,
        'mailbox:messages:' || substr(thread_key, length('mailbox:threads:') + 1) as root_record_key
    from {{ ref('typed_interactions') }}
    where source = 'mailbox'
),

chased as (
    select
        record_key,
        thread_key,
        root_record_key,
        0 as depth
    from mails
    union all
    select
        chased.record_key,
        mails.thread_key,
        mails.root_record_key,
        chased.depth + 1 as depth
    from chased
    inner join mails on chased.root_record_key = mails.record_key
    where mails.root_record_key != mails.record_key and chased.depth < {{ longest_chain }}
)

select
    record_key,
    case when max(depth) < {{ longest_chain }} then max_by(thread_key, depth) else min(thread_key) end as thread_key
from chased
group by record_key
