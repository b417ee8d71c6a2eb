{#- An amount at an exchange rate, in cents. Decimals, as half a cent would be rounded down or up by what a
    double makes of it; of 20 digits, as the product of 18 and 18 has but 18 in DuckDB: it ends at 10^8. Rounded
    before they are cast, as DuckDB takes three times as long to cast to fewer digits, 1.6 s for a million. Null from 10^14
    on, so that sums and squares of amounts have room. -#}
{% macro in_reporting_currency(amount, rate) -%}
    case when greatest({{ rate }}, 1) * abs(cast({{ amount }} as double)) < 1e14
        then cast(round(cast(round({{ amount }}, 4) as decimal(20, 4)) * {{ rate }}, 2) as decimal(18, 2))
    end
{%- endmacro %}
