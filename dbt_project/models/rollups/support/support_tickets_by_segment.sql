{{ config(materialized='table') }}

{%- set aggregates = sums_of([
    'tickets', 'tickets_without_customer', 'follow_ups', 'solved', 'reopened', 'reopens_known', 'one_touch',
    'touches_known', 'solves_followed', 'solves_mature', 'repeat_contacts', 'first_contacts_known',
    'first_contacts_resolved', 'sla_tickets', 'sla_due', 'sla_met', 'sla_due_due', 'sla_due_met', 'sla_met_met',
]) %}
{%- for measure in support_medians().tickets %}
{%- do aggregates.update({
    measure ~ '_count': 'count(' ~ measure ~ ')',
    measure ~ '_quantiles': quantiles_about_median(measure),
}) %}
{%- endfor %}
{%- set own = own_attributes('fct_tickets') %}

with asked as (
    {{ with_own_profiles('fct_tickets', own) | indent }}
),

repeats as (
    select * from {{ ref('ticket_repeats') }}
),

promises as (
    select
        ticket_id,
        1 as sla_tickets,
        count(*) as sla_due,
        count(*) filter (where is_met) as sla_met
    from {{ ref('ticket_promises') }}
    where is_met is not null
    group by ticket_id
),

tickets as (
    select
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        channel,
        1 as tickets,
        cast(customer_id is null as int) as tickets_without_customer,
        cast(is_follow_up as int) as follow_ups,
        {{ outcomes_of_tickets() | indent(8) }},
        cast(is_mature is not null as int) as solves_followed,
        cast(coalesce(is_mature, false) as int) as solves_mature,
        cast(coalesce(is_repeated, false) as int) as repeat_contacts,
        cast(is_repeated is not null and is_one_touch is not null as int) as first_contacts_known,
        cast(coalesce(is_one_touch and not is_repeated, false) as int) as first_contacts_resolved,
        promises.sla_tickets,
        promises.sla_due,
        promises.sla_met,
        promises.sla_due * promises.sla_due as sla_due_due,
        promises.sla_due * promises.sla_met as sla_due_met,
        promises.sla_met * promises.sla_met as sla_met_met,
        first_reply_minutes,
        first_reply_business_minutes,
        first_resolution_minutes as resolution_minutes,
        first_resolution_business_minutes as resolution_business_minutes,
        {%- for attribute in own %}
        own_profile_{{ loop.index }},
        {%- endfor %}
        cast(created_at as date) as event_date
    from asked
    left join repeats using (ticket_id)
    left join promises using (ticket_id)
    where exclusion_reason is null
),

profiled as (
    {{ in_each_profile('tickets', ['channel'], own) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment('profiled', aggregates) | indent }}
)

select * from rolled_up
