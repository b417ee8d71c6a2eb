{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('stg_crm__subscription_versions') }}
    where exclusion_reason is null
),

ended as (
    select
        subscription_id,
        customer_id,
        plan,
        currency,
        status,
        mrr,
        started_at,
        coalesce(ended_at, case when status = 'canceled' then updated_at end) as ended_at,
        renewed_at,
        trial_ends_at,
        cancel_reason,
        is_involuntary,
        {{ account_named('account_id') }} as account_id,
        updated_at
    from versions
),

dated as (
    select
        *,
        lag(updated_at) over history is null as is_first,
        count(*) filter (where status <> 'canceled') over history as standing_number,
        {{ until_next('updated_at', 'history') }} as next_updated_at,
        last_value(started_at) over whole_history as subscription_started_at,
        coalesce(last_value(ended_at) over whole_history, {{ end_of_time() }}) as subscription_ended_at,
        (
            coalesce(bool_or(status in ('active', 'past_due')) over history, false)
            or not coalesce(bool_or(status = 'trialing') over history, false)
        )
        and coalesce(
            {{ last_known("case when status <> 'canceled' then status <> 'paused' end") }} over history, true
        ) as is_paid_to_end
    from ended
    window
        history as (partition by subscription_id order by updated_at),
        whole_history as (
            partition by subscription_id order by updated_at
            rows between unbounded preceding and unbounded following
        )
)

select * from dated
