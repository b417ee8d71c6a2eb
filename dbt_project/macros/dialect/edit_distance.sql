{#- How many letters differ between two texts (Levenshtein). -#}
{% macro edit_distance(one, other) -%} levenshtein({{ one }}, {{ other }}) {%- endmacro %}
