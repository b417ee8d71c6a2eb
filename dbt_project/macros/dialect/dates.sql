{#- dbt's own for Spark know no microseconds, and add to dates through seconds. -#}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd({{ datepart }}, cast({{ interval }} as int), {{ from_date_or_timestamp }})
{%- endmacro %}

{#- Days or months that begin between two instants, which dbt's own for Spark counts otherwise where a day has no
    like in the other month. -#}
{% macro spark__datediff(first_date, second_date, datepart) -%}
    {%- if datepart == 'month' -%}
        cast((year({{ second_date }}) - year({{ first_date }})) * 12 + month({{ second_date }}) - month({{ first_date }}) as bigint)
    {%- else -%}
        cast(datediff({{ second_date }}, {{ first_date }}) as bigint)
    {%- endif -%}
{%- endmacro %}

