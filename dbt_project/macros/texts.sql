{#- A text without white space at its ends, and with a single blank for white space within it; '' where nothing is
    left. Blanks of any width and control characters are white space. -#}
{% macro collapsed(text) -%}
    trim({{ replaced(text, "'[\\s\\p{Z}\\p{Cc}\\p{Cf}]+'", "' '") }})
{%- endmacro %}

{#- Primary subtag of a language tag, in lower case: pt of pt-BR and pt_BR; null where it says nothing. -#}
{% macro primary_subtag(language) -%}
    nullif(nullif(split_part(replace(lower(trim({{ language }})), '_', '-'), '-', 1), ''), 'und')
{%- endmacro %}
