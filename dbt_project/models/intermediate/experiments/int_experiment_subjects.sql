{{ config(materialized='table') }}

with assignments as (
    select * from {{ ref('stg_experiments__assignments') }}
),

experiments as (
    select * from {{ ref('int_experiments') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

customers as (
    select
        experiment_id,
        customer_id,
        case when count(*) = 1 then min(variant) end as variant,
        count(assigned_at) > 0 as has_instant,
        min(assigned_at) as assigned_at
    from assignments
    group by experiment_id, customer_id
),

placed as (
    select
        customers.experiment_id,
        customers.customer_id,
        customers.variant,
        case
            when customers.has_instant then {{ plausible('customers.assigned_at') }}
            else cast(experiments.starts_on as timestamp)
        end as assigned_at,
        experiments.window_days
    from customers
    inner join experiments on customers.experiment_id = experiments.experiment_id
    cross join clock
),

subjects as (
    select
        experiment_id,
        customer_id,
        variant,
        assigned_at,
        {{ dbt.dateadd('day', '-window_days', 'assigned_at') }} as window_starts_at,
        {{ dbt.dateadd('day', 'window_days', 'assigned_at') }} as window_ends_at
    from placed
)

select * from subjects
