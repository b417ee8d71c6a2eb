{{ config(materialized='table') }}

with lives as (select * from {{ ref('support_lives') }}),

spans as (select * from {{ ref('int_subscription_spans') }}),

-- Amounts of MRR are by a power of 2, so that sums have room for any.
unit as (
    select {{ power_of_two('cast(max(mrr_reporting) as double)') }} as unit from spans
),

-- Not yet contacted, until the contact; contacted, from the day after it on.
states as (
    select
        customer_id,
        false as is_contacted,
        0 as after_day,
        least(end_day, coalesce(contact_day, end_day)) as until_day,
        case
            when contact_day is not null then 'contacted'
            when is_churned then 'churned'
            else 'open'
        end as exit
    from lives
    union all
    select customer_id, true, contact_day, end_day, case when is_churned then 'churned' else 'open' end
    from lives
    where contact_day >= 0
),

changes as (
    select customer_id, valid_from as changed_at, mrr_reporting as gained
    from spans
    union all
    select customer_id, valid_to, -mrr_reporting
    from spans
    where valid_to < {{ end_of_time() }}
),

days as (
    select
        lives.customer_id,
        {{ whole_days('lives.started_at', 'changes.changed_at') }} as day,
        sum(changes.gained) / any_value(unit.unit) as gained
    from lives
    cross join unit
    inner join changes on lives.customer_id = changes.customer_id
    group by lives.customer_id, day
),

-- What is lost or gained on the way, and what there is at the end.
mrr as (
    select
        states.customer_id,
        states.is_contacted,
        case when days.day > states.after_day then days.day end as changed_day,
        states.until_day,
        states.exit,
        days.gained
    from states
    inner join days on states.customer_id = days.customer_id and states.until_day > days.day
),

stakes as (
    select customer_id, 'customers' as measure, is_contacted, until_day as day, exit, 1e0 as amount
    from states
    union all
    select customer_id, 'mrr', is_contacted, changed_day, 'changed', -gained
    from mrr
    where changed_day is not null and gained <> 0
    union all
    select customer_id, 'mrr', is_contacted, until_day, exit, {{ exact_sum('gained') }}
    from mrr
    group by customer_id, is_contacted, until_day, exit
)

select * from stakes
