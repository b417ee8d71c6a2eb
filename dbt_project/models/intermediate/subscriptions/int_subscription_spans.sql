{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_subscription_versions_dated') }}
),

reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

newest_rates as (
    select currency, max_by(rate, month) as rate
    from {{ ref('int_exchange_rates') }}
    group by currency
),

term_plans as (
    select distinct plan from versions
    where renewed_at is not null
),

paid as (
    select
        *,
        case when is_first then subscription_started_at
            else greatest(updated_at, subscription_started_at)
        end as begins_at,
        least(
            next_updated_at,
            subscription_ended_at,
            case when status = 'canceled' then ended_at else {{ end_of_time() }} end
        ) as ends_at
    from versions
    where mrr > 0 and (status in ('active', 'past_due') or (status = 'canceled' and is_paid_to_end))
),

parted as (
    select
        *, false as is_past_due, begins_at as valid_from,
        case when status = 'past_due' then least(updated_at, ends_at) else ends_at end as valid_to
    from paid
    union all
    -- A payment is overdue from the version on that tells it, not from the start that the first stands for.
    select *, true, greatest(updated_at, begins_at), ends_at from paid
    where status = 'past_due'
),

valued as (
    select
        parted.subscription_id,
        parted.customer_id,
        parted.account_id,
        parted.plan,
        parted.mrr,
        case
            when coalesce(parted.currency, reporting.reporting_currency) = reporting.reporting_currency
                then parted.mrr
            else {{ in_reporting_currency('parted.mrr', 'newest_rates.rate') | indent(12) }}
        end as mrr_reporting,
        case when term_plans.plan is not null then greatest(parted.renewed_at, parted.started_at) end
            as term_started_at,
        parted.is_past_due,
        parted.standing_number,
        parted.subscription_ended_at,
        parted.valid_from,
        parted.valid_to
    from parted
    cross join reporting
    cross join clock
    left join newest_rates on parted.currency = newest_rates.currency
    left join term_plans on parted.plan = term_plans.plan
    where parted.valid_from < least(parted.valid_to, clock.events_until)
)

select * from valued
