{#- How to read the columns' fields in one parse: `tree` for json_struct, and each column's text expression.
    A field is read from the payload itself where the struct cannot hold it (fields that differ by case alone, a whole object beside its parts). -#}
{% macro raw_fields(columns) %}
    {%- set tree = {} -%}
    {%- set texts = {} -%}
    {%- set whole = [] -%}
    {%- for spec in columns.values() -%}
        {%- for path in spec[0].split('|') if '.' not in path -%}{%- do whole.append(path | lower) -%}{%- endfor -%}
    {%- endfor -%}
    {%- for name, spec in columns.items() -%}
        {%- set candidates = [] -%}
        {%- for path in spec[0].split('|') -%}
            {%- set keys = path.split('.') -%}
            {%- set fits = namespace(value=whole.count(path | lower) == 1 if keys | length == 1 else keys[0] | lower not in whole) -%}
            {%- if fits.value -%}
                {%- do graft(tree, keys) -%}
                {%- do candidates.append("nullif(trim(" ~ struct_field('delivered.fields', keys) ~ "), '')") -%}
            {%- else -%}
                {%- do candidates.append("nullif(trim(" ~ json_text('delivered.payload', keys) ~ "), '')") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do texts.update({name: candidates[0] if candidates | length == 1 else 'coalesce(' ~ candidates | join(', ') ~ ')'}) -%}
    {%- endfor -%}
    {{ return({'tree': tree, 'texts': texts}) }}
{% endmacro %}

{#- The reason code of a value that is not of its column's type. -#}
{% macro reject_reasons() %}
    {{ return({
        'timestamp': 'not_a_timestamp', 'unix': 'not_a_timestamp', 'log_time': 'not_a_timestamp', 'date': 'not_a_date',
        'integer': 'not_an_integer', 'number': 'not_a_number', 'amount': 'not_an_amount', 'boolean': 'not_a_boolean',
        'flag': 'not_a_boolean', 'json': 'not_json', 'list': 'not_a_list', 'word': 'not_a_known_word',
    }) }}
{% endmacro %}

{#- Put a path of keys into a tree of fields. -#}
{% macro graft(tree, keys) %}
    {%- if keys | length == 1 -%}
        {%- do tree.update({keys[0]: none}) -%}
    {%- else -%}
        {%- if keys[0] not in tree -%}{%- do tree.update({keys[0]: {}}) -%}{%- endif -%}
        {%- do graft(tree[keys[0]], keys[1:]) -%}
    {%- endif -%}
{% endmacro %}
