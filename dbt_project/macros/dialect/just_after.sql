{#- The next instant that a timestamp can tell. What an event brings about begins there, so that no
    event decides its own segment. -#}
{% macro just_after(instant) -%}
    {{ instant }} + interval 1 microsecond
{%- endmacro %}
