{{ config(materialized='table') }}

with contacts as (
    select * from {{ ref('int_account_contacts') }}
),

answers as (
    select
        customer_id,
        responded_date as asked_on,
        response_id,
        responded_at,
        case when is_scored then {{ answer_points('answer_band', 'metric') | indent(8) }} end as points
    from {{ ref('fct_survey_responses') }}
    where
        metric = 'nps' and (is_scored or exclusion_reason in ('not_answered', 'resubmitted'))
        and order_id is null and ticket_id is null and customer_id is not null
),

asked as (
    select * from answers
    {%- if has_accounts() %}
    union all
    select customer_id, cast(sent_at as date), null, null, null
    from {{ ref('survey_invitations_delivered') }}
    where metric = 'nps' and customer_id in (select contacts.customer_id from contacts)
    {%- endif %}
),

periods as (
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'asked.asked_on') }} as period_start,
        asked.*
    from asked
    cross join {{ account_grains() }} as grains
),

latest as (
    select
        customer_id,
        period_grain,
        period_start,
        {{ period_end('period_grain', 'period_start') }} + 1 as as_of_date,
        points
    from periods
    qualify
        row_number() over (
            partition by customer_id, period_grain, period_start
            order by points is null, responded_at desc, response_id desc
        ) = 1
),

named as (
    select latest.*, contacts.account_id
    from latest
    left join contacts on {{ as_of_span('latest', 'latest.as_of_date', 'contacts') }}
),

placed as (
    {{ in_accounts('named', ['period_grain', 'period_start', 'as_of_date', 'points']) | indent }}
),

accounts as (
    select
        period_grain,
        period_start,
        as_of_date,
        has_account,
        account_id,
        count(*) as contacts_asked,
        count(points) as contacts_answered,
        sum(points) as points
    from placed
    group by all
)

select * from accounts
