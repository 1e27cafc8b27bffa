{#- When a rule of retention takes a memory out: every condition that the rule names must hold. -#}
{% macro retention_condition(rule) -%}
    {%- set conditions = {
        'kind': "kind = '" ~ rule.kind ~ "'",
        'visibility': "visibility = '" ~ rule.visibility ~ "'",
        'superseded': 'not is_current',
        'older_than_days': 'age_days > ' ~ rule.older_than_days,
        'left_days_ago': 'days_since_left > ' ~ rule.left_days_ago,
        'importance_below': 'importance < ' ~ rule.importance_below,
        'not_recalled_days': 'coalesce(days_since_recalled, ' ~ rule.not_recalled_days ~ ') >= ' ~ rule.not_recalled_days,
    } -%}
    {%- set named = [] -%}
    {%- for name in rule if name not in ('name', 'because') -%}
        {%- if name not in conditions -%}
            {{ exceptions.raise_compiler_error("retention rule " ~ rule.name ~ ": no condition is named " ~ name) }}
        {%- endif -%}
        {%- do named.append(conditions[name]) -%}
    {%- endfor -%}
    {{ named | join(' and ') }}
{%- endmacro %}
