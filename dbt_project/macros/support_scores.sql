{#- Rates of support: numerator and denominator by name. -#}
{% macro support_rates() -%}
    {{ return({
        'reopen_rate': ('reopened', 'reopens_known'),
        'one_touch_rate': ('one_touch', 'touches_known'),
        'follow_up_ticket_rate': ('follow_ups', 'tickets'),
        'call_abandon_rate': ('calls_abandoned', 'calls'),
        'call_service_level_rate': ('calls_within_service_level', 'calls'),
    }) }}
{%- endmacro %}

{#- What support has medians of, by the rollup that counts it. -#}
{% macro support_medians() -%}
    {{ return({
        'tickets': [
            'first_reply_minutes', 'first_reply_business_minutes',
            'resolution_minutes', 'resolution_business_minutes',
        ],
        'calls': ['call_wait_seconds'],
    }) }}
{%- endmacro %}
