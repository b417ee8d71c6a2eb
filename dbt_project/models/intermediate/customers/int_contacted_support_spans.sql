with customers as (
    select * from {{ ref('int_customers_seen') }}
),

contacts as (
    select customer_id, created_at as contacted_at from {{ ref('stg_tickets__tickets') }}
    where exclusion_reason is null
    union all
    select customer_id, queued_at from {{ ref('int_calls_timed') }}
    where exclusion_reason is null and not is_short_abandon
),

spans as (
    select
        customer_id,
        '{{ var("segment_defaults").contacted_support }}' as contacted_support,
        {{ beginning_of_time() }} as valid_from
    from customers
    union all
    select
        customer_id,
        'contacted' as contacted_support,
        {{ just_after('min(contacted_at)') }} as valid_from
    from contacts
    where customer_id is not null
    group by customer_id
)

select * from spans
