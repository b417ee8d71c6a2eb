{{ config(materialized='table') }}

with subjects as (
    select * from {{ ref('int_experiment_subjects') }}
    where variant is not null
),

metrics as (
    select * from {{ ref('int_experiment_metrics') }}
),

measures as (
    select * from {{ ref('experiment_measures') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

followed as (
    select
        subjects.experiment_id,
        subjects.customer_id,
        subjects.assigned_at,
        subjects.window_starts_at,
        subjects.window_ends_at,
        metrics.metric,
        metrics.measure
    from subjects
    inner join metrics on subjects.experiment_id = metrics.experiment_id
),

done as (
    select
        followed.experiment_id,
        followed.metric,
        followed.customer_id,
        sum(case when measures.occurred_at < followed.assigned_at then measures.amount end) as amount_before,
        sum(case when measures.occurred_at >= followed.assigned_at then measures.amount end) as amount,
        sum(case when measures.occurred_at >= followed.assigned_at then measures.events end) as events
    from followed
    inner join measures
        on followed.customer_id = measures.customer_id
        and followed.measure = measures.measure
        and followed.window_starts_at <= measures.occurred_at
        and followed.window_ends_at > measures.occurred_at
    group by followed.experiment_id, followed.metric, followed.customer_id
),

paid as (
    select
        followed.experiment_id,
        followed.metric,
        followed.customer_id,
        max(cast({{ in_span('followed.window_ends_at', 'spans') }} as integer)) as is_paying
    from followed
    inner join spans on followed.customer_id = spans.customer_id
    where followed.measure = 'paying'
    group by followed.experiment_id, followed.metric, followed.customer_id
    having bool_or({{ in_span('followed.assigned_at', 'spans') }})
),

actions as (
    select experiment_id, metric, customer_id, amount_before, amount, events from done
    union all
    select experiment_id, metric, customer_id, null, is_paying, 1 from paid
)

select * from actions
