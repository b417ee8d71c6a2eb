{{ config(materialized='table') }}

with spans as (
    select * from {{ ref('int_subscription_spans') }}
),

departures as (
    select * from {{ ref('int_subscriber_departures') }}
),

contacts as (
    select customer_id, valid_from as contacted_at
    from {{ ref('int_contacted_support_spans') }}
    where contacted_support <> '{{ var("segment_defaults").contacted_support }}'
),

known as (
    select min(contacts.contacted_at) as contacts_from, max(horizon.known_until) as known_until
    from contacts
    cross join {{ ref('int_subscription_horizon') }} as horizon
),

-- Who began before any contact is known may have had one that nobody tells of.
starts as (
    select spans.customer_id, min(spans.valid_from) as started_at
    from spans
    cross join known
    group by spans.customer_id, known.contacts_from, known.known_until
    having min(spans.valid_from) >= known.contacts_from
        and min(spans.valid_from) < cast(known.known_until as timestamp) + interval '1' day
),

ends as (
    select starts.customer_id, min(departures.departed_at) as departed_at
    from starts
    inner join departures
        on starts.customer_id = departures.customer_id and starts.started_at < departures.departed_at
    group by starts.customer_id
),

dated as (
    select
        starts.customer_id,
        starts.started_at,
        ends.departed_at < cast(known.known_until as timestamp) + interval '1' day as has_left,
        {{ whole_days('starts.started_at', 'ends.departed_at') }} as left_day,
        {{ whole_days('starts.started_at', "(cast(known.known_until as timestamp) + interval '1' day)") }}
            as known_days,
        {{ whole_days('starts.started_at', 'contacts.contacted_at') }} as first_contact_day
    from starts
    cross join known
    left join ends on starts.customer_id = ends.customer_id
    left join contacts on starts.customer_id = contacts.customer_id
),

lives as (
    select
        customer_id,
        started_at,
        coalesce(has_left, false) as is_churned,
        case when has_left then left_day else known_days end as end_day,
        first_contact_day
    from dated
),

told as (
    select
        customer_id,
        started_at,
        is_churned,
        end_day,
        case when first_contact_day < end_day then greatest(first_contact_day, -1) end as contact_day
    from lives
)

select * from told
