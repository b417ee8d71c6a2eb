{{ config(materialized='table') }}

with scores as (
    select
        as_of,
        customer_kind,
        health,
        count(*) filter (where has_left) as gone,
        count(*) filter (where not has_left) as kept
    from {{ ref('customer_health') }}
    where has_left is not null and health is not null
    group by as_of, customer_kind, health
),

totals as (
    select as_of, customer_kind, sum(gone) as all_gone, sum(kept) as all_kept
    from scores
    group by as_of, customer_kind
),

-- Shares of the others that a customer is on the right side of, ties a half: DeLong's placements (1988).
placed as (
    select
        as_of,
        customer_kind,
        scores.gone,
        scores.kept,
        totals.all_gone,
        totals.all_kept,
        (totals.all_kept - sum(scores.kept) over upwards + scores.kept / 2e0) / nullif(totals.all_kept, 0)
            as healthier_kept,
        ((sum(scores.gone) over upwards) - scores.gone / 2e0) / nullif(totals.all_gone, 0) as unhealthier_gone
    from scores
    inner join totals using (as_of, customer_kind)
    window upwards as (partition by as_of, customer_kind order by scores.health)
),

meant as (
    select
        *,
        {{ exact_sum('gone * healthier_kept', 'over of_kind') }} / nullif(all_gone, 0) as auc
    from placed
    window of_kind as (partition by as_of, customer_kind)
),

measured as (
    select
        as_of,
        customer_kind,
        max(auc) as auc,
        {{ exact_sum('gone * power(healthier_kept - auc, 2)') }}
        / nullif(max(all_gone) * (max(all_gone) - 1), 0)
        + {{ exact_sum('kept * power(unhealthier_gone - auc, 2)') }}
        / nullif(max(all_kept) * (max(all_kept) - 1), 0) as variance
    from meant
    group by as_of, customer_kind
),

rounded as (
    select
        as_of,
        customer_kind,
        {{ rounded('auc') }} as auc,
        {{ rounded('sqrt(variance)') }} as auc_se
    from measured
)

select * from rounded
