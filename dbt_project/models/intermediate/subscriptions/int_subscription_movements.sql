{{ config(materialized='table') }}

with months as (
    select * from {{ ref('int_subscription_months') }}
),

firsts as (
    select customer_id, min(valid_from) as first_paid_at
    from {{ ref('int_subscription_spans') }}
    group by customer_id
),

terms as (
    select * from {{ ref('int_subscription_terms') }}
),

losses as (
    select * from {{ ref('int_subscription_losses') }}
),

judged as (
    select
        months.customer_id,
        months.month_start,
        months.is_active_start,
        not months.is_active_start and firsts.first_paid_at >= months.month_start as is_new,
        not months.is_active_start and firsts.first_paid_at < months.month_start as is_reactivated,
        not months.is_active_end as is_churned,
        not months.is_active_end and coalesce(losses.is_involuntary, false) as is_involuntary,
        case when not months.is_active_end then losses.cancel_reason end as cancel_reason,
        months.mrr_start,
        months.mrr_end,
        coalesce(terms.terms_due, 0) as terms_due,
        coalesce(terms.terms_renewed, 0) as terms_renewed
    from months
    inner join firsts on months.customer_id = firsts.customer_id
    left join terms
        on months.customer_id = terms.customer_id and months.month_start = terms.month_start
    left join losses
        on months.customer_id = losses.customer_id and months.month_start = losses.month_start
),

moved as (
    select
        *,
        case when is_new then mrr_end else 0 end as mrr_new,
        case when is_reactivated then mrr_end else 0 end as mrr_reactivated,
        case when is_active_start and not is_churned then greatest(mrr_end - mrr_start, 0) else 0 end
            as mrr_expansion,
        case when is_active_start and not is_churned then greatest(mrr_start - mrr_end, 0) else 0 end
            as mrr_contraction,
        case when is_churned then mrr_start else 0 end as mrr_churned
    from judged
)

select * from moved
