{#- Whether a pattern occurs in a text. Patterns keep to what RE2 and Java share: no look-around, no back-references. -#}
{% macro regex_like(text, pattern) -%}
    {{ adapter.dispatch('regex_like')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__regex_like(text, pattern) -%}
    regexp_matches({{ text }}, {{ regex_literal(pattern) }})
{%- endmacro %}

{% macro spark__regex_like(text, pattern) -%}
    ({{ text }} rlike {{ regex_literal(pattern) }})
{%- endmacro %}

{#- What a pattern's group matched first; null when nothing did. -#}
{% macro regex_extract(text, pattern, group=1) -%}
    {{ adapter.dispatch('regex_extract')(text, pattern, group) }}
{%- endmacro %}

{% macro duckdb__regex_extract(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, {{ regex_literal(pattern) }}, {{ group }}), '')
{%- endmacro %}

{% macro spark__regex_extract(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, {{ regex_literal(pattern) }}, {{ group }}), '')
{%- endmacro %}

{#- Every match replaced; `\1` in the replacement is the first group. -#}
{% macro regex_replace(text, pattern, replacement='') -%}
    {{ adapter.dispatch('regex_replace')(text, pattern, replacement) }}
{%- endmacro %}

{% macro duckdb__regex_replace(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ regex_literal(pattern) }}, '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__regex_replace(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ regex_literal(pattern) }}, '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}

{#- A pattern as a literal in which backslashes stand for themselves. -#}
{% macro regex_literal(pattern) -%}
    {{ adapter.dispatch('regex_literal')(pattern) }}
{%- endmacro %}

{% macro duckdb__regex_literal(pattern) %}'{{ pattern | replace("'", "''") }}'{% endmacro %}

{% macro spark__regex_literal(pattern) %}{% if "'" in pattern %}r"{{ pattern }}"{% else %}r'{{ pattern }}'{% endif %}{% endmacro %}

{#- Trimmed of white space at both ends, newlines included; null when nothing is left. -#}
{% macro trimmed(text) -%}
    nullif({{ regex_replace(text, '^\\s+|\\s+$') }}, '')
{%- endmacro %}

{#- The domain of a mail address, lower case; null when there is none. -#}
{% macro mail_domain(address) -%}
    {{ regex_extract('lower(' ~ address ~ ')', '@([^@\\s>]+\\.[^@\\s>]+)$') }}
{%- endmacro %}

{#- The part before the @, lower case, without a +tag; null when there is none. -#}
{% macro mail_local_part(address) -%}
    {{ regex_extract('lower(' ~ address ~ ')', '^([^@+\\s]+)(\\+[^@]*)?@') }}
{%- endmacro %}

{#- The host of a web address (scheme optional), lower case, without www. -#}
{% macro web_host(url) -%}
    {{ regex_extract('lower(' ~ url ~ ')', '^\\s*(?:[a-z]+://)?(?:www\\.)?([a-z0-9][^/:?#\\s]*\\.[^/:?#\\s]+)') }}
{%- endmacro %}

{#- A telephony address as a number: `whatsapp:+1 555…` → `+1555…`; null for client:, sip: and other names. -#}
{% macro phone_number(address) -%}
    case
        when {{ regex_like(address, '^(whatsapp:)?[+]?[0-9 ().-]{5,24}$') }}
            then {{ regex_replace(address, '[^0-9+]') }}
    end
{%- endmacro %}
