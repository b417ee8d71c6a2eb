with carts as (
    select * from {{ ref('int_carts_summed') }}
),

events as (
    select max(occurred_at) as known_until from {{ ref('int_web_events_sessioned') }}
),

reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

due as (
    select
        *,
        last_added_at + interval '{{ var("cart_hours") }}' hour as due_at,
        last_added_at + interval '{{ var("cart_hours") + 24 * var("cart_recovery_days") }}' hour
            as recovery_due_at
    from carts
),

judged as (
    select
        due.cart_id,
        due.customer_id,
        {{ profiles_as_of('spans') }},
        case
            when due.removes >= due.adds then 'emptied'
            when due.due_at > events.known_until then 'pending'
            when due.purchased_at <= due.due_at then 'bought'
            when due.purchased_at <= due.recovery_due_at then 'recovered'
            else 'abandoned'
        end as status,
        reporting.reporting_currency,
        due.is_bot,
        coalesce(due.recovery_due_at <= events.known_until, false) as is_recovery_known,
        due.adds,
        due.removes,
        cast(due.purchase_amount as decimal(18, 2)) as purchase_amount_reporting,
        due.started_at,
        due.last_added_at,
        due.purchased_at
    from due
    cross join events
    cross join reporting
    left join spans on {{ as_of_span('due', 'due.started_at', 'spans') }}
)

select * from judged
