{#- Why an event cannot have happened when it says, null where it can; `clock` is stg_ledger__clock. The
    instants are the first and the last that the event names; none where any will do. -#}
{% macro time_exclusion(first=none, last=none) -%}
    case
        {%- if first %}
        when {{ first }} < clock.events_from then 'too_early'
        {%- endif %}
        {%- if last %}
        when {{ last }} >= clock.events_until then 'in_future'
        {%- endif %}
    end
{%- endmacro %}

{#- An instant at which something can have happened, null where it cannot. -#}
{% macro plausible(instant) -%}
    case when {{ instant }} >= clock.events_from and {{ instant }} < clock.events_until then {{ instant }} end
{%- endmacro %}

{#- The end of what lasts; null where it stands for none, as dates in the year 9999 do. -#}
{% macro known_end(instant) -%}
    case when {{ instant }} < timestamp '9999-01-01' then {{ instant }} end
{%- endmacro %}
