{{ config(materialized='table') }}

with subjects as (
    select * from {{ ref('int_experiment_subjects') }}
    where variant is not null
),

metrics as (
    select * from {{ ref('int_experiment_metrics') }}
),

actions as (
    select * from {{ ref('experiment_actions') }}
),

outcomes as (
    select * from {{ ref('stg_experiments__outcomes') }}
),

reach as (
    select * from {{ ref('experiment_reach') }}
),

customers as (
    select * from {{ ref('int_customers_seen') }}
),

followed as (
    select
        subjects.experiment_id, subjects.customer_id, subjects.variant, metrics.metric,
        metrics.measure,
        metrics.kind,
        metrics.at_least,
        outcomes.value as outcome,
        coalesce(actions.events, 0) as events,
        coalesce(actions.amount, 0) as amount,
        case
            when customers.first_seen_at <= subjects.window_starts_at then coalesce(actions.amount_before, 0)
        end as amount_before,
        outcomes.value is not null
        or coalesce(subjects.window_ends_at <= reach.known_until, false) as is_mature,
        subjects.assigned_at is not null as has_start
    from subjects
    inner join metrics on subjects.experiment_id = metrics.experiment_id
    left join reach on metrics.source = reach.source
    left join customers on subjects.customer_id = customers.customer_id
    left join actions
        on subjects.experiment_id = actions.experiment_id
        and subjects.customer_id = actions.customer_id
        and metrics.metric = actions.metric
    left join outcomes
        on subjects.experiment_id = outcomes.experiment_id
        and subjects.customer_id = outcomes.customer_id
        and metrics.metric = outcomes.metric
),

measured as (
    select
        experiment_id, customer_id, variant, metric,
        case
            when measure = 'outcome' then outcome
            when at_least is not null then cast(amount >= at_least as integer)
            else amount
        end as numerator,
        case
            when measure = 'outcome' then cast(outcome is not null as integer)
            when measure = 'paying' or kind = 'ratio' then events
            else 1
        end as denominator,
        case
            when at_least is not null then cast(amount_before >= at_least as integer)
            when kind = 'mean' and measure <> 'outcome' then amount_before
        end as value_before,
        is_mature,
        has_start and not is_mature as is_immature
    from followed
)

select * from measured
