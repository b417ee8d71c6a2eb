{#- Grains of periods, beside which `all` stands for all of time. -#}
{% macro period_grains() -%}
    {{ return(['week', 'month', 'quarter', 'year']) }}
{%- endmacro %}

{#- First day of the period that a day lies in; null for that of all days. -#}
{% macro period_start(grain, day) -%}
    case {{ grain }}
        {%- for grain_name in period_grains() %}
        when '{{ grain_name }}' then cast(date_trunc('{{ grain_name }}', {{ day }}) as date)
        {%- endfor %}
    end
{%- endmacro %}

{#- First day of the period a year before; of a week that of the same weekdays, 52 weeks before. -#}
{% macro a_year_before(grain, start) -%}
    case {{ grain }} when 'week' then {{ start }} - 364 else cast({{ start }} - interval '1' year as date) end
{%- endmacro %}

{#- Last day of a period. -#}
{% macro period_end(grain, start) -%}
    case {{ grain }}
        {%- for grain_name in period_grains() %}
        when '{{ grain_name }}' then cast(
            {{ start }} + interval '{{ 3 if grain_name == 'quarter' else 1 }}' {{ 'month' if grain_name == 'quarter' else grain_name }} as date
        ) - 1
        {%- endfor %}
        else cast({{ end_of_time() }} as date)
    end
{%- endmacro %}
