{#- Months after a contact with support up to which customers are followed, with their days: a query. -#}
{% macro support_horizons() -%}
    select horizon_months, cast(round(horizon_months * 365 / 12e0) as bigint) as horizon_days
    from (select {{ each_of(var('support_horizon_months')) }} as horizon_months) as horizons
{%- endmacro %}
