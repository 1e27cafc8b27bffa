{#- The rows of a raw stream, typed: what every `base_` model is made of.

    columns: name → [vendor's field, type, options…]. The field is a dotted path; `First|first` tries the second where the
    first is absent. Types: text, lower, email, timestamp, unix, date, integer, number, boolean, flag (absent is false), log_time (ISO or RFC 2822), amount (major units of the
    row's `currency`; third entry `currency` where the row has one), json, list (of texts; a third entry names the field of each object), key (third entry `source:stream`), word (third entry: our words, each with others that mean it).
    `required` as last option: a row without it is rejected.
    derived: name → SQL over the typed columns. native_id: SQL over the typed columns, when it is not simply the column `native_id`.

    Rows that the run may not see yet are left out. A value that its type does not accept rejects its row:
    `reject_reason` and `reject_message` say why, null when the row is fine. -#}
{% macro typed_rows(source_name, stream, columns, native_id='native_id', derived={}) %}
{%- set reading = raw_fields(columns) %}
with delivered as (
    select
        *,
        {{ json_struct('payload', reading.tree) }} as fields
    from {{ source('raw_' ~ source_name, stream) }}
    where
        _recorded_at <= {{ as_of() }}
        and _drop_date <= {{ as_of_date() }}
        {%- if is_incremental() %}
        and _dlt_load_id not in (select seen.load_id from {{ this }} as seen)
        {%- endif %}
),

named as (
    select
        {%- for name, spec in columns.items() %}
        {{ reading.texts[name] }} as {{ name }},
        {%- endfor %}
        {{ provenance_of_delivery() }}
    from delivered
),

parsed as (
    select
        named.*,
        {%- for name, spec in columns.items() if spec[1] in reject_reasons() %}
        {{ parsed_value('named.' ~ name, spec) }} as {{ name }}__parsed{{ "," if not loop.last }}
        {%- endfor %}
    from named
),

typed as (
    select
        {%- for name, spec in columns.items() %}
        {{ typed_value(name, spec) }} as {{ name }},
        {%- endfor %}
        source_file,
        source_row,
        file_sha256,
        drop_date,
        recorded_at,
        load_id,
        raw_text,
        case
            {%- for name, spec in columns.items() if spec[-1] == 'required' %}
            when {{ name }} is null then 'missing_value'
            {%- endfor %}
            {%- for name, spec in columns.items() if spec[1] in reject_reasons() %}
            when {{ name }} is not null and {{ name }}__parsed is null then '{{ reject_reasons()[spec[1]] }}'
            {%- endfor %}
        end as reject_reason,
        case
            {%- for name, spec in columns.items() if spec[-1] == 'required' %}
            when {{ name }} is null then '{{ vendor_field(spec) }}'
            {%- endfor %}
            {%- for name, spec in columns.items() if spec[1] in reject_reasons() %}
            when {{ name }} is not null and {{ name }}__parsed is null then '{{ vendor_field(spec) }}'
            {%- endfor %}
        end as reject_field
    from parsed
)

select
    {%- for name in columns if name != 'native_id' or native_id == 'native_id' %}
    typed.{{ name }},
    {%- endfor %}
    {%- if native_id != 'native_id' %}
    {{ native_id }} as native_id,
    {%- endif %}
    {%- for name, expression in derived.items() %}
    {{ expression }} as {{ name }},
    {%- endfor %}
    '{{ source_name }}:{{ stream }}:' || {{ native_id }} as record_key,
    typed.source_file,
    typed.source_row,
    typed.file_sha256,
    typed.drop_date,
    typed.recorded_at,
    typed.load_id,
    typed.reject_reason,
    {{ reject_message('typed') }} as reject_message,
    case when typed.reject_reason is not null then typed.raw_text end as raw_text
from typed
{%- endmacro %}

{#- Where a raw row came from, under the names that staging uses. -#}
{% macro provenance_of_delivery() -%}
    _source_file as source_file,
        _source_row as source_row,
        _file_sha256 as file_sha256,
        _drop_date as drop_date,
        _recorded_at as recorded_at,
        _dlt_load_id as load_id,
        payload as raw_text
{%- endmacro %}

{#- Place and remedy, never the value: messages are shown and logged. -#}
{% macro reject_message(relation) -%}
    case
        when {{ relation }}.reject_reason is not null then
            'field ' || {{ relation }}.reject_field
            || case when {{ relation }}.reject_reason = 'missing_value' then ' is empty' else ' is ' || replace({{ relation }}.reject_reason, '_', ' ') end
            || ' at row ' || cast({{ relation }}.source_row as string) || ' of ' || {{ relation }}.source_file
            || '; correct it at the source and deliver the row again'
       
    end
{%- endmacro %}

{#- The vendor's field as a reject names it. -#}
{% macro vendor_field(spec) -%}
    {{ spec[0].split('|')[0] }}
{%- endmacro %}

{#- A text as a value of a type that does not accept every text; null when it does not. -#}
{% macro parsed_value(text, spec) -%}
    {%- set type = spec[1] -%}
    {%- if type == 'timestamp' -%} {{ timestamp_iso(text) }}
    {%- elif type == 'log_time' -%} {{ try_timestamp(text) }}
    {%- elif type == 'unix' -%} {{ timestamp_unix(text) }}
    {%- elif type == 'date' -%} case when {{ regex_like(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') }} then try_cast(substr({{ text }}, 1, 10) as date) end
    {%- elif type == 'integer' -%} case when {{ regex_like(text, '^-?[0-9]+([.]0*)?$') }} then try_cast(try_cast({{ text }} as decimal(38, 6)) as bigint) end
    {%- elif type == 'number' -%} case when {{ regex_like(text, '^[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?$') }} then try_cast({{ text }} as double) end
    {%- elif type == 'amount' -%} {{ minor_units(text, 'named.currency' if 'currency' in spec else none) }}
    {%- elif type in ('boolean', 'flag') -%} {{ parsed_boolean(text) }}
    {%- elif type == 'json' -%} {{ json_or_null(text) }}
    {%- elif type == 'word' -%} {{ known_word(text, spec[2]) }}
    {%- elif type == 'list' -%} case when {{ text }} like '[%' then {{ json_or_null(text) }} end
    {%- endif -%}
{%- endmacro %}

{#- The value as its column holds it, from the text or, where that can fail, from what was parsed of it. -#}
{% macro typed_value(name, spec) -%}
    {%- set type = spec[1] -%}
    {%- if type == 'text' -%} {{ name }}
    {%- elif type in ('lower', 'email') -%} lower({{ name }})
    {%- elif type == 'key' -%} case when {{ name }} is not null then '{{ spec[2] }}:' || {{ name }} end
    {%- elif type == 'flag' -%} coalesce({{ name }}__parsed, false)
    {%- elif type == 'list' -%} {{ json_text_array(name ~ '__parsed', field=spec[2] if spec | length > 2 and spec[2] != 'required' else none) }}
    {%- elif type in reject_reasons() -%} {{ name }}__parsed
    {%- else -%} {{ exceptions.raise_compiler_error("typed_rows knows no type '" ~ type ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{#- The word of ours for one of those that mean it (ours → others), in any case; null for any other. -#}
{% macro known_word(text, words) -%}
    case
        {%- for ours, others in words.items() %}
        when lower({{ text }}) in ('{{ ([ours] + others) | join("', '") }}') then '{{ ours }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- true, yes, 1 and their opposites, in any case. -#}
{% macro parsed_boolean(text) -%}
    case
        when lower({{ text }}) in ('true', 'yes', '1') then true
        when lower({{ text }}) in ('false', 'no', '0') then false
    end
{%- endmacro %}

{#- An amount in major units as an integer in minor units of its currency, or in hundredths. -#}
{% macro minor_units(text, currency=none) -%}
    try_cast(round(try_cast({{ text }} as decimal(18, 4)) * {{ minor_units_in_one(currency) if currency else 100 }}) as bigint)
{%- endmacro %}
