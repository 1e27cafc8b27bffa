{#- How far down an order of precedence (var `survivorship`) the tool of a record stands, as text that sorts: `03`. -#}
{% macro source_rank(record_key, order_name) -%}
    case {{ regex_extract(record_key, '^([^:]+):') }}
        {%- for source_name in var('survivorship')[order_name] %}
        when '{{ source_name }}' then '{{ '%02d' | format(loop.index) }}'
        {%- endfor %}
        else '99'
    end
{%- endmacro %}

{#- How a record stands among those of its entity, as text that sorts: one that is gone last, then `between`, then the tools in
    their order, then the newest. `states` is the alias of `int_record_states`. -#}
{% macro record_standing(record_key, states='states', between=none) -%}
    case when {{ states }}.is_deleted then '1' else '0' end
    {%- if between %}
    || {{ between }}
    {%- endif %}
    || {{ source_rank(record_key, 'crm_first') }}
    || {{ newest_first_text(states ~ '.modified_at') }}
{%- endmacro %}

{#- Aggregate: the value of the record that ranks first; nulls never survive. `rank` is text, unique within the group or tied on equal values. -#}
{% macro survivor(value, rank) -%}
    min_by({{ value }}, ({{ rank }} || '|' || {{ value }})) filter (where {{ value }} is not null)
{%- endmacro %}

{#- Whether a name is less than one: a single word, an initial, "Last, First", or all of it in one case. -#}
{% macro is_short_of_a_name(name) -%}
    ({{ name }} = lower({{ name }}) or {{ name }} = upper({{ name }}) or {{ regex_like(name, ',|^[^ ]+$|(^| )[^ ]\\.?( |$)') }})
{%- endmacro %}

{#- Slips of the pen: values of an entity that are at most two edits from another of the same entity with a higher `weight`.
    `spelt` is a relation of the entity, the value, the value `folded` for comparing, and its weight. A complete select. -#}
{% macro slips(spelt, entity, value) -%}
select distinct
    spelt.{{ entity }},
    spelt.{{ value }}
from {{ spelt }} as spelt
inner join {{ spelt }} as others
    on
        spelt.{{ entity }} = others.{{ entity }}
        and spelt.{{ value }} != others.{{ value }}
        and spelt.weight < others.weight
        and levenshtein(spelt.folded, others.folded) <= 2
{%- endmacro %}

{#- What a title says of a person's part in an account (var `person_roles`, first match); null without a title. -#}
{% macro person_role(title) -%}
    case
        {%- for role, pattern in var('person_roles').items() %}
        when {{ regex_like('lower(' ~ title ~ ')', pattern) }} then '{{ role }}'
        {%- endfor %}
        when {{ title }} is not null then 'member'
    end
{%- endmacro %}

{#- An instant as text that sorts newest first; unknown instants last. -#}
{% macro newest_first_text(instant) -%}
    coalesce(lpad(cast(cast({{ seconds_between(instant, midnight("'2200-01-01'")) }} as bigint) as string), 12, '0'), '~')
{%- endmacro %}
