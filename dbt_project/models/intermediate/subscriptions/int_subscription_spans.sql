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
        end as valid_from,
        least(
            next_updated_at,
            subscription_ended_at,
            case when status = 'canceled' then ended_at else {{ end_of_time() }} end
        ) as valid_to
    from versions
    where mrr > 0
        and (
            status in ('active', 'past_due')
            or (status = 'canceled' and is_paid_to_end)
        )
),

valued as (
    select
        paid.subscription_id,
        paid.customer_id,
        paid.account_id,
        paid.plan,
        paid.mrr,
        case
            when coalesce(paid.currency, reporting.reporting_currency) = reporting.reporting_currency
                then paid.mrr
            else {{ in_reporting_currency('paid.mrr', 'newest_rates.rate') | indent(12) }}
        end as mrr_reporting,
        case when term_plans.plan is not null then greatest(paid.renewed_at, paid.started_at) end
            as term_started_at,
        paid.status = 'past_due' as is_past_due,
        paid.standing_number,
        paid.subscription_ended_at,
        paid.valid_from,
        paid.valid_to
    from paid
    cross join reporting
    cross join clock
    left join newest_rates on paid.currency = newest_rates.currency
    left join term_plans on paid.plan = term_plans.plan
    where paid.valid_from < least(paid.valid_to, clock.events_until)
)

select * from valued
