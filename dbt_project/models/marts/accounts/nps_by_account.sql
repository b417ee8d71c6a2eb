with answers as (
    select * from {{ ref('account_answers') }}
    where has_account
),

months as (
    select * from {{ ref('int_account_months') }}
    where has_account
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

accounts as (
    select
        answers.period_grain,
        answers.period_start,
        answers.account_id,
        answers.contacts_asked,
        answers.contacts_answered,
        {{ rounded('answers.points / cast(nullif(answers.contacts_answered, 0) as double)') }} as nps,
        case
            when answers.as_of_date <= horizon.first_open_month then cast(coalesce(months.mrr, 0) as double)
        end as mrr
    from answers
    cross join horizon
    left join months
        on answers.as_of_date = months.as_of_date and answers.account_id = months.account_id
)

select * from accounts
