{#- Band of a score by its instrument's row, exhaustive on non-integers. -#}
{% macro answer_band(score, instruments) -%}
    case
        when {{ score }} between {{ instruments }}.positive_min and {{ instruments }}.positive_max
            then 'positive'
        when {{ instruments }}.higher_is_better and {{ score }} >= {{ instruments }}.passive_min
            then 'passive'
        when not {{ instruments }}.higher_is_better and {{ score }} <= {{ instruments }}.passive_min
            then 'passive'
        else 'negative'
    end
{%- endmacro %}
