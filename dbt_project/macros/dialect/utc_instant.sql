{#- Instant in UTC of a local day and time of day. A time that a clock change skips counts as if the
    clock had not been changed yet, one that it repeats as the later of the two. -#}
{% macro utc_instant(day, time_of_day, time_zone) -%}
    {{ return(adapter.dispatch('utc_instant')(day, time_of_day, time_zone)) }}
{%- endmacro %}

{% macro default__utc_instant(day, time_of_day, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ day }} + {{ time_of_day }}))
{%- endmacro %}

{#- Of a time that is repeated Spark knows the earlier: the later is as much after it as the clock goes back. -#}
{% macro spark__utc_instant(day, time_of_day, time_zone) -%}
    {%- set local = 'cast(' ~ day ~ " || ' ' || " ~ time_of_day ~ ' as timestamp)' -%}
    {%- set earlier = 'to_utc_timestamp(' ~ local ~ ', ' ~ time_zone ~ ')' -%}
    greatest(
        {{ earlier }}
        {%- for minutes in [30, 60] %},
        case
            when from_utc_timestamp({{ earlier }} + interval {{ minutes }} minutes, {{ time_zone }}) = {{ local }}
                then {{ earlier }} + interval {{ minutes }} minutes
        end
        {%- endfor %}
    )
{%- endmacro %}
