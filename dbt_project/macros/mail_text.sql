{#- HTML reduced to the text a reader sees: tags and the white space between them, entities decoded. Text without tags
    keeps its lines. -#}
{% macro html_to_text(html) -%}
    {%- set newline = '\n' -%}
    {%- set entities = {
        'nbsp|#160': ' ', 'lt': '<', 'gt': '>', 'quot|ldquo|rdquo|#34': '"', 'rsquo|lsquo|#8217': '’', 'ndash|mdash': '–', 'amp': '&',
    } -%}
    {%- set text = namespace(sql=regex_replace(html, '(?is)<(script|style|head|title)\\b.*?</(script|style|head|title)>|<!--.*?-->')) -%}
    {%- set text.sql = regex_replace(text.sql, '\\s+', ' ') -%}
    {%- set text.sql = regex_replace(text.sql, '(?i)<(br|/p|/div|/li|/tr|/h[1-6]|/blockquote)\\b[^>]*>', newline) -%}
    {%- set text.sql = regex_replace(text.sql, '(?i)<li\\b[^>]*>', '- ') -%}
    {%- set text.sql = regex_replace(text.sql, '<[a-zA-Z/!][^>]*>') -%}
    {%- set has_tags = regex_like(html, '<[a-zA-Z/!]') -%}
    {%- set text.sql = 'case when ' ~ has_tags ~ ' then ' ~ text.sql ~ ' else ' ~ html ~ ' end' -%}
    {%- set text.sql = "replace(" ~ regex_replace(text.sql, '&(#39|#x27|apos);', '&apos;') ~ ", '&apos;', chr(39))" -%}
    {%- for names, character in entities.items() -%}
        {%- set text.sql = regex_replace(text.sql, '&(' ~ names ~ ');', character) -%}
    {%- endfor -%}
    case
        when {{ has_tags }} or {{ regex_like(html, '&(#[0-9xX]|[a-zA-Z])[0-9a-zA-Z]*;') }} then {{ tidy_lines(text.sql) }}
        else {{ trimmed(html) }}
    end
{%- endmacro %}

{#- Carriage returns dropped, blanks at line ends cut, at most one empty line in a row, trimmed; null when empty. -#}
{% macro tidy_lines(text) -%}
    {%- set lines = regex_replace("replace(" ~ text ~ ", chr(13), '')", '[ \\t\\x{A0}]*\\n[ \\t]*', '\n') -%}
    {{ trimmed(regex_replace(lines, '\\n{3,}', '\n\n')) }}
{%- endmacro %}

{#- What the writer of a reply wrote: quoted lines, their attribution ("On … wrote:") and what follows a forwarding
    or Outlook separator are cut off. Where nothing is quoted with `>`, everything below the attribution is the quotation. -#}
{% macro strip_quoted(text) -%}
    {%- set attribution = '(On|Am|Le|El)\\b[^\\n]{5,200}(\\n[^\\n]{0,200})?(wrote|schrieb[^\\n]{0,100}|a écrit|escribió) ?:' -%}
    {#- Two lines `From:` and `To:` alone may be a shipment's. -#}
    {%- set headers = '([^\\n]{1,200}\\n[*]?(sent|date|gesendet|datum):|[^\\n]{0,200}@[^\\n]{0,200}\\n[*]?(to|an):|[^\\n]{1,200}\\n[*]?(to|an):[^\\n]{0,400}\\n[*]?(sent|date|cc|subject|betreff):)' -%}
    {%- set separator = '(?is)(^|\\n)[ \\t]*(-{2,}[ \\t]*(original message|forwarded message|ursprüngliche nachricht)[ \\t]*-{2,}|_{10,}[ \\t]*\\n|[*]?(from|von):' ~ headers ~ ').*$' -%}
    {%- set plain = "replace(" ~ text ~ ", chr(13), '')" -%}
    {%- set unquoted = regex_replace(plain, '(?m)^[ \\t]*>.*$') -%}
    {{ regex_replace(
        "case when " ~ regex_like(plain, '(?m)^[ \\t]*>')
        ~ " then " ~ regex_replace(unquoted, '(^|\\n)[ \\t]*' ~ attribution ~ '[ \\t]*', '\\1')
        ~ " else " ~ regex_replace(plain, '(?s)(^|\\n)[ \\t]*' ~ attribution ~ '[ \\t]*(\\n.*)?$')
        ~ " end",
        separator
    ) }}
{%- endmacro %}

{#- Without the signature: what follows `-- `, a closing formula with the short lines under it that are no sentences, "Sent
    from my …". A postscript stays. -#}
{% macro strip_signature(text) -%}
    {%- set closing = 'best regards|kind regards|warm regards|regards|best wishes|all the best|best|many thanks|thanks|thank you|cheers|sincerely|yours sincerely|mit freundlichen grüßen|viele grüße|cordialement|saludos' -%}
    {%- set no_delimiter = regex_replace(text, '(?s)(^|\\n)-- ?\\n.*$') -%}
    {%- set no_device = regex_replace(no_delimiter, '(?i)(^|\\n)(sent from my|get outlook for)[^\\n]*\\s*$') -%}
    {%- set line = '(?:[^\\n]{0,59}[^\\n.!?]|[^\\n]{0,54}\\b(?:inc|ltd|corp|co)[.])?[ \\t]*' -%}
    {%- set postscript = '(\\n[ \\t]*p[.]? ?s[.]?[:.,]? (?s:.*))?' -%}
    {{ regex_replace(no_device, '(?i)\\n[ \\t]*(?:' ~ closing ~ ')[,.!]?[ \\t]*(?:\\n' ~ line ~ '){1,8}?' ~ postscript ~ '\\s*$', '\\1') }}
{%- endmacro %}

{#- A mail's own words: without quotations and signature; null when nothing of its own is left. -#}
{% macro clean_mail(text) -%}
    {{ tidy_lines(strip_signature(tidy_lines(strip_quoted(text)))) }}
{%- endmacro %}
