{{ config(alias='accounts') }}

{%- set measures = [
    'customers', 'answers', 'tickets', 'solved', 'reopened', 'calls', 'abandoned', 'orders', 'net_amount',
] %}

with accounts as (
    select * from {{ ref('dim_accounts') }}
),

customers as (
    select account_id, {{ sums('customers', measures) }}
    from {{ ref('bi_customers') }} as customers
    where not is_deleted
    group by account_id
),

wide as (
    select
        accounts.account_id,
        accounts.parent_account_id,
        accounts.name,
        accounts.industry,
        accounts.size_band,
        accounts.country,
        accounts.region,
        1 as accounts,
        {{ zeros_for_nulls('customers', measures) }},
        accounts.mrr
    from accounts
    left join customers on accounts.account_id = customers.account_id
    where accounts.merged_into_account_id is null
)

select * from wide
