{#- Name of a driver as an experiment's evidence has it: without case and white space at its ends, and with a comma for
    the semicolon that separates pieces of evidence. -#}
{% macro name_in_evidence(driver) -%} lower({{ collapsed("replace(" ~ driver ~ ", ';', ',')") }}) {%- endmacro %}

{#- A share in words, as 1.37 %. -#}
{% macro share_in_words(share) -%} cast(cast(100 * {{ share }} as decimal(5, 2)) as string) || ' %' {%- endmacro %}
