{#- Join condition: the piece of the business clock in which an instant lies. -#}
{% macro clock_piece(clock, schedule, instant) -%}
    {{ clock }}.schedule = {{ schedule }}
    and {{ clock }}.clock_date = cast({{ instant }} as date)
    and {{ clock }}.piece_from <= {{ instant }}
    and {{ clock }}.piece_to > {{ instant }}
{%- endmacro %}

{#- Business minutes between two instants, each with its piece of the clock. Whole seconds are
    subtracted apart from the rest, so that the result does not depend on where the clock begins. -#}
{% macro business_minutes(clock_from, instant_from, clock_to, instant_to) -%}
    (
        {{ clock_to }}.open_seconds_before - {{ clock_from }}.open_seconds_before
        + {{ open_seconds_in_piece(clock_to, instant_to) }}
        - {{ open_seconds_in_piece(clock_from, instant_from) }}
    ) / 60
{%- endmacro %}

{#- Seconds as whole microseconds, so that what takes as long as was promised does not come out longer. -#}
{% macro in_microseconds(seconds) -%} cast(round(({{ seconds }}) * 1e6) as bigint) {%- endmacro %}

{% macro open_seconds_in_piece(clock, instant) -%}
    case when {{ clock }}.is_open then {{ seconds_between(clock ~ '.piece_from', instant) }} else 0 end
{%- endmacro %}
