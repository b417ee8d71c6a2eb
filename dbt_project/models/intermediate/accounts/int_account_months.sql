{{ config(materialized='table') }}

with subscriptions as (
    select * from {{ ref('int_subscriptions_at_month_start') }}
),

contacts as (
    select * from {{ ref('int_account_contacts') }}
),

accounts as (
    select * from {{ ref('int_account_spans') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

paid as (
    select
        subscriptions.customer_id,
        coalesce(subscriptions.account_id, contacts.account_id) as account_id,
        subscriptions.month_start as as_of_date,
        subscriptions.mrr_reporting as mrr
    from subscriptions
    left join contacts on {{ as_of_span('subscriptions', 'subscriptions.month_start', 'contacts') }}
),

placed as (
    {{ in_accounts('paid', ['customer_id', 'as_of_date', 'mrr']) | indent }}
),

payers as (
    select as_of_date, has_account, account_id, customer_id, sum(mrr) as mrr
    from placed
    group by as_of_date, has_account, account_id, customer_id
    having sum(mrr) > 0
),

months as (
    select * from payers
    where not has_account
    union all
    -- An account is in the segments of the one customer who pays most, so that accounts add up.
    select
        as_of_date,
        has_account,
        account_id,
        customer_id,
        sum(mrr) over (partition by as_of_date, account_id) as mrr
    from payers
    where has_account
    qualify
        row_number() over (partition by as_of_date, account_id order by payers.mrr desc, customer_id asc) = 1
),

profiled as (
    select
        months.as_of_date,
        months.has_account,
        months.account_id,
        months.customer_id,
        {{ profiles_as_of('spans') }},
        coalesce(accounts.account_profile_id, {{ unknown_account() }}) as own_profile_1,
        months.mrr
    from months
    left join spans on {{ as_of_span('months', 'months.as_of_date', 'spans') }}
    -- With has_account as a condition of its own DuckDB would compare all with all.
    left join accounts
        on case when months.has_account then months.account_id end = accounts.account_id
        and {{ in_span('months.as_of_date', 'accounts') }}
)

select * from profiled
