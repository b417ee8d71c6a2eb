{#- Agent of the first event of a group that meets the condition; null when that event names none. -#}
{% macro first_agent(condition) -%}
    nullif(
        min_by(coalesce(agent_id, ''), (occurred_at, event_id)) filter (where {{ condition }}), ''
    )
{%- endmacro %}
