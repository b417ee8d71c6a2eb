{{ config(materialized='table') }}

{%- set days = var('score_follow_up_days') -%}
with known as (
    select coalesce(
        (select {{ dbt.dateadd('day', 1, 'known_until') }} from {{ ref('int_subscription_horizon') }}),
        (select max(ordered_at) from {{ ref('fct_orders') }} where exclusion_reason is null)
    ) as known_until
),

answers as (
    select *, {{ dbt.dateadd('day', days, 'responded_at') }} as later_at
    from {{ ref('fct_survey_responses') }}
    where is_scored and customer_id is not null and metric in ('nps', 'csat', 'ces')
),

followed as (
    select
        answers.*,
        {{ newest_version() | indent }} as newest_version
    from answers
    inner join known
        on answers.later_at <= known.known_until
        and answers.later_at > {{ dbt.dateadd('day', -days, 'known.known_until') }}
),

placed as (
    select
        *,
        row_number() over (partition by customer_id, metric order by responded_at, response_id) as place
    from followed
    where {{ is_poolable() }}
),

-- The first answer within a year, since the last of who left would be nearer to that than those of others.
firsts as (
    select * from placed where place = 1
),

paying as (
    select
        firsts.response_id,
        bool_or({{ in_span('firsts.responded_at', 'spans') }}) as is_paying,
        bool_or({{ in_span('firsts.later_at', 'spans') }}) as is_paying_later,
        sum(case when {{ in_span('firsts.responded_at', 'spans') }} then spans.mrr_reporting end) as mrr,
        sum(case when {{ in_span('firsts.later_at', 'spans') }} then spans.mrr_reporting end) as mrr_later
    from firsts
    inner join {{ ref('int_subscription_spans') }} as spans on firsts.customer_id = spans.customer_id
    group by firsts.response_id
),

ordered as (
    select
        firsts.response_id,
        sum(case when orders.ordered_at < firsts.responded_at then orders.net_amount_reporting end) as before,
        sum(case
            when orders.ordered_at >= firsts.responded_at and orders.ordered_at < firsts.later_at
                then orders.net_amount_reporting
        end) as after
    from firsts
    inner join {{ ref('fct_orders') }} as orders
        on firsts.customer_id = orders.customer_id and orders.is_counted
    group by firsts.response_id
),

scored as (
    select
        firsts.response_id, firsts.customer_id, firsts.metric,
        cast(coalesce(paying.is_paying, false) as integer) as paying,
        cast(coalesce(paying.is_paying and paying.is_paying_later, false) as integer) as retained,
        case when paying.is_paying then coalesce(paying.mrr, 0) else 0 end as mrr_then,
        case when paying.is_paying then coalesce(paying.mrr_later, 0) else 0 end as mrr_later,
        coalesce(ordered.before, 0) as spent_before,
        coalesce(ordered.after, 0) as spent_after
    from firsts
    left join paying on firsts.response_id = paying.response_id
    left join ordered on firsts.response_id = ordered.response_id
)

select * from scored
