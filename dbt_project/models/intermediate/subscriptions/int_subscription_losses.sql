with versions as (
    select * from {{ ref('int_subscription_versions_dated') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
    where valid_to < {{ end_of_time() }}
),

endings as (
    select
        subscription_id,
        standing_number,
        bool_or(status = 'past_due') and max(ended_at) is not null as is_unpaid,
        max_by(cancel_reason, updated_at) filter (where cancel_reason is not null) as cancel_reason,
        max_by(is_involuntary, updated_at) filter (where is_involuntary is not null) as is_involuntary
    from versions
    group by subscription_id, standing_number
),

judged as (
    select
        spans.customer_id,
        spans.subscription_id,
        spans.valid_to,
        -- Who has no MRR from the first instant of a month on lost it in the month before.
        {{ event_month(dbt.dateadd('microsecond', -1, 'spans.valid_to')) }} as month_start,
        endings.cancel_reason,
        coalesce(
            endings.is_involuntary,
            endings.is_unpaid
            or replace(lower(trim(endings.cancel_reason)), ' ', '_')
            in ({{ quoted(var('payment_cancel_reasons')) }}),
            false
        ) as is_involuntary
    from spans
    inner join endings
        on spans.subscription_id = endings.subscription_id
        and spans.standing_number = endings.standing_number
),

losses as (
    select customer_id, month_start, cancel_reason, is_involuntary
    from judged
    qualify
        row_number() over (
            partition by customer_id, month_start
            order by valid_to desc, is_involuntary desc, subscription_id asc
        ) = 1
)

select * from losses
