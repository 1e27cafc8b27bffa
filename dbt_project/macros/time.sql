{#- The instant up to which this run may look. -#}
{% macro as_of() -%}
    cast('{{ var("as_of") }}' as {{ type_timestamptz() }})
{%- endmacro %}

{#- The last day this run may look at. -#}
{% macro as_of_date() -%}
    cast('{{ var("as_of")[:10] }}' as date)
{%- endmacro %}

{#- The type of an instant: every time in the lake has it, in UTC. -#}
{% macro type_timestamptz() -%}
    {{ adapter.dispatch('type_timestamptz')() }}
{%- endmacro %}

{% macro duckdb__type_timestamptz() %}timestamptz{% endmacro %}

{% macro spark__type_timestamptz() %}timestamp{% endmacro %}

{#- ISO 8601, as most tools write it: `2024-03-01T10:00:00.000Z`, with an offset, or `2024-03-01 10:00` (UTC); null if it is not. -#}
{% macro timestamp_iso(text) -%}
    case
        when {{ regex_like(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') }}
            then try_cast({{ text }} as {{ type_timestamptz() }})
    end
{%- endmacro %}

{#- Seconds since 1970, as text or number (Stripe, Intercom); null when it is no number or beyond the year 9999. -#}
{% macro timestamp_unix(text) -%}
    {{ adapter.dispatch('timestamp_unix')(text) }}
{%- endmacro %}

{% macro duckdb__timestamp_unix(text) -%}
    to_timestamp(case when try_cast({{ text }} as double) between -62135596800 and 253402300799 then try_cast({{ text }} as double) end)
{%- endmacro %}

{% macro spark__timestamp_unix(text) -%}
    timestamp_seconds(case when try_cast({{ text }} as double) between -62135596800 and 253402300799 then try_cast({{ text }} as double) end)
{%- endmacro %}

{#- `Mon, 16 Aug 2010 03:45:01 +0000`, as Twilio's logs write it; null if it is not. -#}
{% macro timestamp_rfc2822(text) -%}
    {{ adapter.dispatch('timestamp_rfc2822')(text) }}
{%- endmacro %}

{% macro duckdb__timestamp_rfc2822(text) -%}
    try_strptime({{ text }}, '%a, %d %b %Y %H:%M:%S %z')
{%- endmacro %}

{% macro spark__timestamp_rfc2822(text) -%}
    try_to_timestamp(substr({{ text }}, 6), 'd MMM yyyy HH:mm:ss Z')
{%- endmacro %}

{#- Either way of writing a time that a log may use. -#}
{% macro try_timestamp(text) -%}
    coalesce({{ timestamp_iso(text) }}, {{ timestamp_rfc2822(text) }})
{%- endmacro %}

{#- A day's first instant, UTC. -#}
{% macro midnight(day) -%}
    cast({{ day }} as {{ type_timestamptz() }})
{%- endmacro %}

{#- `2024-03-01T10:00:00.000000Z`: the same text on both engines, so that hashes over times agree. -#}
{% macro timestamp_text(instant) -%}
    {{ adapter.dispatch('timestamp_text')(instant) }}
{%- endmacro %}

{% macro duckdb__timestamp_text(instant) -%}
    strftime({{ instant }}, '%Y-%m-%dT%H:%M:%S.%fZ')
{%- endmacro %}

{% macro spark__timestamp_text(instant) -%}
    date_format({{ instant }}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
{%- endmacro %}

{#- Seconds from one instant to a later one, as a double. -#}
{% macro seconds_between(earlier, later) -%}
    {{ adapter.dispatch('seconds_between')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    (epoch({{ later }}) - epoch({{ earlier }}))
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    (cast({{ later }} as double) - cast({{ earlier }} as double))
{%- endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(earlier, later) -%}
    {{ adapter.dispatch('days_between')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    (cast({{ later }} as date) - cast({{ earlier }} as date))
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    cast(datediff(cast({{ later }} as date), cast({{ earlier }} as date)) as bigint)
{%- endmacro %}

{#- An instant some days of 24 hours later (earlier when negative); `days` is a number or an integer expression. -#}
{% macro add_days(instant, days) -%}
    {{ adapter.dispatch('add_days')(instant, days) }}
{%- endmacro %}

{% macro duckdb__add_days(instant, days) -%}
    ({{ instant }} + to_days(cast({{ days }} as integer)))
{%- endmacro %}

{% macro spark__add_days(instant, days) -%}
    ({{ instant }} + make_dt_interval(cast({{ days }} as int)))
{%- endmacro %}

{#- The UTC day of an instant. -#}
{% macro utc_date(instant) -%}
    cast({{ instant }} as date)
{%- endmacro %}
