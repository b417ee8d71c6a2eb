{{ config(materialized='table') }}

with spans as (
    select * from {{ ref('int_customer_spans') }}
),

subscriptions as (
    select * from {{ ref('int_subscription_versions_dated') }}
    where account_id is not null
),

contacts as (
    select customer_id from spans
    where account_id is not null
    union
    select customer_id from subscriptions
),

changes as (
    select
        spans.customer_id,
        spans.valid_from,
        coalesce(spans.account_id, '') as of_customer,
        cast(null as string) as of_subscription
    from spans
    inner join contacts on spans.customer_id = contacts.customer_id
    union all
    select
        customer_id,
        case
            when updated_at = min(updated_at) over (partition by customer_id) then {{ beginning_of_time() }}
            else updated_at
        end as valid_from,
        null as of_customer,
        account_id as of_subscription
    from subscriptions
),

instants as (
    select
        customer_id,
        valid_from,
        max(of_customer) as of_customer,
        max(of_subscription) as of_subscription
    from changes
    group by customer_id, valid_from
),

held as (
    select
        customer_id,
        coalesce(
            nullif({{ last_known('of_customer') }} over so_far, ''),
            {{ last_known('of_subscription') }} over so_far
        ) as account_id,
        valid_from,
        {{ until_next('valid_from', 'history') }} as valid_to
    from instants
    window
        history as (partition by customer_id order by valid_from),
        so_far as (
            partition by customer_id order by valid_from
            rows between unbounded preceding and current row
        )
)

select * from held
where account_id is not null
