{#- Rates of support: numerator and denominator by name. -#}
{% macro support_rates() -%}
    {{ return({
        'reopen_rate': ('reopened', 'reopens_known'),
        'one_touch_rate': ('one_touch', 'touches_known'),
        'first_contact_resolution_rate': ('first_contacts_resolved', 'first_contacts_known'),
        'repeat_contact_rate': ('repeat_contacts', 'solves_mature'),
        'sla_attainment_rate': ('sla_met', 'sla_due'),
        'follow_up_ticket_rate': ('follow_ups', 'tickets'),
        'call_abandon_rate': ('calls_abandoned', 'calls'),
        'call_service_level_rate': ('calls_within_service_level', 'calls'),
    }) }}
{%- endmacro %}

{#- Those of them whose cases stand for themselves: promises of one ticket go together. -#}
{% macro rates_of_tickets_and_calls() -%}
    {%- set rates = {} -%}
    {%- for rate, counts in support_rates().items() if rate not in tickets_behind() -%}
        {%- do rates.update({rate: counts}) -%}
    {%- endfor -%}
    {{ return(rates) }}
{%- endmacro %}

{#- What support has medians of, by the rollup that has their quantiles. -#}
{% macro support_medians() -%}
    {{ return({
        'tickets': [
            'first_reply_minutes', 'first_reply_business_minutes', 'resolution_minutes', 'resolution_business_minutes',
        ],
        'waits': ['next_reply_minutes'],
        'backlog': ['backlog_age_hours'],
        'calls': ['call_wait_seconds'],
    }) }}
{%- endmacro %}

{#- Tickets behind what a ticket has several of, for fewer may be one person's. -#}
{% macro tickets_behind() -%}
    {{ return({'sla_attainment_rate': 'sla_tickets', 'next_reply_minutes': 'next_reply_tickets'}) }}
{%- endmacro %}

{#- Select list of what came of a ticket, each 1 or 0, and of what is known. -#}
{% macro outcomes_of_tickets() -%}
    cast(is_solved as int) as solved,
    cast(is_solved and coalesce(is_reopened, false) as int) as reopened,
    cast(is_solved and is_reopened is not null as int) as reopens_known,
    cast(coalesce(is_one_touch, false) as int) as one_touch,
    cast(is_solved and is_one_touch is not null as int) as touches_known
{%- endmacro %}
