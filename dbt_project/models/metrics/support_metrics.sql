{%- set is_known = 'sla_attainment_rate is not null' %}
with scores as (
    select * from {{ ref('support_scores') }}
),

promises as (
    select
        *,
        {{ ratio_se(
            'sla_met', 'sla_due', 'sla_met_met', 'sla_due_met', 'sla_due_due', 'sla_tickets'
        ) }} as sla_se
    from scores
    where sla_due > 0
),

-- As many promises by themselves are as sure (Korn and Graubard 1998); of like tickets Kish's number.
independent as (
    select
        *,
        least(sla_due, coalesce(
            sla_attainment_rate * (1 - sla_attainment_rate) / nullif(sla_se * sla_se, 0),
            power(sla_due, 2) / sla_due_due
        )) as effective_due
    from promises
),

metrics as (
    {%- set medians = support_medians().values() | sum(start=[]) %}
    {{- metrics_of('scores', rates_of_tickets_and_calls(), medians) | indent }}
    union all
    select
        period_grain, period_start, segment_type, segment,
        'backlog_end',
        cast(backlog_end as double),
        null,
        null,
        null,
        null,
        null,
        true
    from scores
    where backlog_end > 0
    union all
    select
        period_grain, period_start, segment_type, segment,
        'sla_attainment_rate',
        sla_attainment_rate,
        cast(sla_met as double),
        cast(sla_due as double),
        {{ score('sla_se', is_known) }},
        {{ score(wilson_low('sla_attainment_rate * effective_due', 'effective_due'), is_known) }},
        {{ score(wilson_high('sla_attainment_rate * effective_due', 'effective_due'), is_known) }},
        {{ is_known }}
    from independent
    union all
    select
        period_grain, period_start, segment_type, segment,
        'tickets_per_customer',
        tickets_per_customer,
        cast(tickets - tickets_without_customer as double),
        cast(customers_active as double),
        null,
        null,
        null,
        tickets_per_customer is not null
    from scores
    where customers_active > 0
)

select * from metrics
