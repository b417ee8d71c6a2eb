{#- A text without white space at its ends, and with a single blank for white space within it; '' where nothing is
    left. Blanks of any width and control characters are white space. -#}
{% macro collapsed(text) -%}
    trim({{ replaced(text, "'[\\s\\p{Z}\\p{Cc}\\p{Cf}]+'", "' '") }})
{%- endmacro %}

{#- Primary subtag of a language tag, in lower case: pt of pt-BR and pt_BR; null where it says nothing. -#}
{% macro primary_subtag(language) -%}
    nullif(nullif(split_part(replace(lower(trim({{ language }})), '_', '-'), '-', 1), ''), 'und')
{%- endmacro %}

{#- A text in which e-mail addresses, links and names of accounts are masked. -#}
{% macro without_addresses(text) -%}
    {%- set links = replaced(text, "'(?i)\\b(https?://|www\\.)\\S+'", "'[link]'") -%}
    {%- set addresses = replaced(links, "'[^\\s@<>]+@[^\\s@<>]+'", "'[email]'") -%}
    {{ replaced(addresses, "'@[\\p{L}\\p{N}_.-]+'", "'[handle]'") }}
{%- endmacro %}

{#- A text in which numbers of telephones, accounts, orders and all others are masked, also such as have letters. -#}
{% macro without_numbers(text) -%}
    {{ replaced(text, "'[\\p{L}_-]*\\p{N}([\\p{L}\\p{N}_.,:/-]*[\\p{L}\\p{N}])?'", "'[number]'") }}
{%- endmacro %}

{#- Whether a word is written as a name is, not in lower case; in scripts that have none any word is. -#}
{% macro is_written_as_name(word) -%}
    ({{ word }} <> lower({{ word }}) or {{ word }} = upper({{ word }}))
{%- endmacro %}
