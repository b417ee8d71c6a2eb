{#- No row names an instant at which it cannot have happened. -#}
{% test are_plausible(model, key, instants) %}
    {{ config(severity='warn') }}
    select {{ key }}, exclusion_reason, {{ instants | join(', ') }}
    from {{ model }}
    where exclusion_reason in ('too_early', 'in_future')
{% endtest %}
