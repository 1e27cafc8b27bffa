-- The tables that a snapshot is made from, as far as the tests of publishing and reading need them.
create schema if not exists marts; create schema if not exists lake.memory; create schema if not exists identity;
create table marts.accounts (account_id varchar, name varchar, domain varchar, plan varchar, mrr_minor bigint,
    currency varchar,
    renewal_on date, health double, sources varchar[], recorded_at timestamptz);
create table marts.people (person_id varchar, account_id varchar, name varchar, email varchar, title varchar,
    is_active boolean);
create table marts.account_people (account_id varchar, person_id varchar, title varchar, valid_at timestamptz,
    invalid_at timestamptz, last_seen_at timestamptz);
create table marts.account_summary (account_id varchar, open_items varchar, next_dates varchar,
    interactions bigint);
create table marts.person_summary (person_id varchar, open_items varchar, next_dates varchar, interactions bigint);
create table marts.identifiers (entity_type varchar, entity_id varchar, type varchar, value varchar,
    confidence double,
    is_ambiguous boolean, record_key varchar);
create table marts.account_timeline (entry_id varchar, account_id varchar, person_id varchar,
    occurred_at timestamptz,
    entry_type varchar, kind varchar, channel varchar, direction varchar, text varchar, record_key varchar,
    source_file varchar, source_row bigint, recorded_at timestamptz);
create table marts.signals (signal_id varchar, kind varchar, account_id varchar, person_id varchar,
    occurred_at timestamptz,
    severity varchar, value double);
create table marts.signal_links (link_id varchar, account_id varchar, from_signal_id varchar, to_signal_id varchar,
    from_at timestamptz, lag_days double);
create table marts.signal_patterns (pattern_id varchar, from_kind varchar, to_kind varchar, accounts bigint,
    lift double, p_value double);
create table lake.memory.facts (fact_id varchar, entity_type varchar, entity_id varchar, attribute varchar,
    value varchar,
    valid_at timestamptz, invalid_at timestamptz, created_at timestamptz, expired_at timestamptz,
    observation_ids varchar[], supersedes varchar, stated_by varchar, due_on date, source varchar, record_key varchar, source_file varchar,
    source_row bigint);
create table lake.memory.fact_history as from lake.memory.facts;
create table lake.memory.documents (memory_id varchar, kind varchar, entity_type varchar, entity_id varchar,
    account_id varchar,
    person_id varchar, visibility varchar, text varchar, content_hash varchar, occurred_at timestamptz,
    channel varchar,
    agent_id varchar, run_id varchar, app_id varchar, importance double, is_current boolean, source varchar,
    record_key varchar, source_file varchar, source_row bigint, interaction_id varchar);
create table identity.ledger (entity_type varchar, entity_id varchar, event varchar, other_id varchar, sequence bigint);
create table marts.interaction_kinds as select unnest(['email', 'chat', 'call', 'note']) as channel;
