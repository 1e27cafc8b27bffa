{#- How far before the end of a piece a blank is looked for to cut at. -#}
{% macro chunk_slack(size) %}{{ size // 10 }}{% endmacro %}

{#- A text in pieces of at most `size` characters, cut after a blank where one stands in the last tenth; nothing is
    lost. A pattern would say it shorter, and takes a minute over a text of 350,000 characters. -#}
{% macro text_chunks(text, size) -%}
    {{ adapter.dispatch('text_chunks')(text, size) }}
{%- endmacro %}

{% macro duckdb__text_chunks(text, size) -%}
    list_transform(
        range(1, {{ chunk_count(text, size) }} + 1),
        lambda k: substring({{ text }}, {{ chunk_end(text, size, 'k - 1') }} + 1, {{ chunk_end(text, size, 'k') }} - {{ chunk_end(text, size, 'k - 1') }})
    )
{%- endmacro %}

{% macro spark__text_chunks(text, size) -%}
    case
        when {{ text }} = '' then array()
        when {{ text }} is not null then
            transform(
                sequence(1, {{ chunk_count(text, size) }}),
                k -> substring({{ text }}, {{ chunk_end(text, size, 'k - 1') }} + 1, {{ chunk_end(text, size, 'k') }} - {{ chunk_end(text, size, 'k - 1') }})
            )
    end
{%- endmacro %}

{% macro chunk_count(text, size) -%}
    case
        when length({{ text }}) <= {{ size }} then least(length({{ text }}), 1)
        else cast(ceil(length({{ text }}) / {{ size - (chunk_slack(size) | int) }}.0) as integer)
    end
{%- endmacro %}

{#- Characters of the text up to the end of its k-th piece. -#}
{% macro chunk_end(text, size, k) -%}
    {%- set slack = chunk_slack(size) | int -%}
    {%- set step = size - slack -%}
    case
        when {{ k }} <= 0 then 0
        when ({{ k }}) * {{ step }} >= length({{ text }}) or length({{ text }}) <= {{ size }} then length({{ text }})
        else
            ({{ k }}) * {{ step }} - coalesce(
                nullif({{ position_of("' '", reversed(translated_breaks(text, '(' ~ k ~ ') * ' ~ step ~ ' - ' ~ (slack - 1), slack))) }}, 0)
                - 1,
                0
            )
    end
{%- endmacro %}

{#- A stretch of a text with its line breaks as blanks. -#}
{% macro translated_breaks(text, start, count) -%}
    translate(substring({{ text }}, {{ start }}, {{ count }}), chr(10), ' ')
{%- endmacro %}

{% macro reversed(text) %}reverse({{ text }}){% endmacro %}

{#- Where a text first stands in another, from 1; 0 when it does not. -#}
{% macro position_of(part, text) %}{{ adapter.dispatch('position_of')(part, text) }}{% endmacro %}

{% macro duckdb__position_of(part, text) %}strpos({{ text }}, {{ part }}){% endmacro %}

{% macro spark__position_of(part, text) %}instr({{ text }}, {{ part }}){% endmacro %}

{#- The lines of a text as a list. -#}
{% macro text_lines(text) -%}
    {{ adapter.dispatch('text_lines')(text) }}
{%- endmacro %}

{% macro duckdb__text_lines(text) %}string_split({{ text }}, chr(10)){% endmacro %}

{% macro spark__text_lines(text) %}split({{ text }}, '\n'){% endmacro %}
