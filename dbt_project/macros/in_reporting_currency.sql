{#- An amount at an exchange rate, in cents. Decimals, as half a cent would be rounded down or up by what a
    double makes of it; of 20 digits, as the product of 18 and 18 has but 18 in DuckDB: it ends at 10^8. -#}
{% macro in_reporting_currency(amount, rate) -%}
    cast(cast({{ amount }} as decimal(20, 4)) * {{ rate }} as decimal(18, 2))
{%- endmacro %}
