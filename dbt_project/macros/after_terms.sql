{#- The instant some terms of a subscription later. -#}
{% macro after_terms(number, instant) -%}
    {{ dbt.dateadd('month', 'cast((' ~ number ~ ') * ' ~ var('subscription_term_months') ~ ' as integer)', instant) }}
{%- endmacro %}

{#- Terms of a subscription from one instant to a later one, with fractions. -#}
{% macro terms_between(earlier, later) -%}
    {{ dbt.datediff(earlier, later, 'month') }} / {{ var('subscription_term_months') }}e0
{%- endmacro %}
