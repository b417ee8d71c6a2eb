{{ config(materialized='table') }}

{%- set days = rounded(exact_sum('seconds / 86400', 'filter (where is_mature)')) %}
{%- set event = ['anchor', 'window_days', 'customer_id', 'anchored_at'] %}

-- Both windows of an event are as long as the shorter: else who asks often and is new weighs more after it.
with windows as (
    select
        *,
        {%- set before = seconds_between('contacts_from', 'anchored_at') %}
        {%- set after = seconds_between('anchored_at', 'ends_at') %}
        greatest(least({{ before }}, {{ after }}), 0) as seconds
    from {{ ref('anchor_windows') }}
    where is_first
),

contacts as (
    select
        *,
        min(anchor) over (partition by ticket_id) <> max(anchor) over (partition by ticket_id)
            as is_ticket_with_call
    from {{ ref('anchor_events') }}
    where anchor in ('ticket', 'call')
),

-- Of the event's own kind none can be before it, and those about its ticket are its own.
contacted as (
    select
        windows.{{ event | join(', windows.') }},
        count(*) filter (where contacts.occurred_at < windows.anchored_at) as contacts_before,
        count(*) filter (where contacts.occurred_at > windows.anchored_at) as contacts_after
    from windows
    inner join contacts
        on windows.customer_id = contacts.customer_id
        and windows.contacts_from <= contacts.occurred_at
        and windows.ends_at >= contacts.occurred_at
        and windows.anchor <> contacts.anchor
    where
        abs({{ seconds_between('windows.anchored_at', 'contacts.occurred_at') }}) <= windows.seconds
        and not (windows.anchor in ('ticket', 'call') and contacts.is_ticket_with_call)
        and coalesce(windows.ticket_id <> contacts.ticket_id, true)
    group by windows.{{ event | join(', windows.') }}
),

measured as (
    select
        windows.*,
        coalesce(contacted.contacts_before, 0) as contacts_before,
        coalesce(contacted.contacts_after, 0) as contacts_after
    from windows
    left join contacted on {{ same_values('windows', 'contacted', event) }}
),

profiled as (
    {{ in_each_profile('measured') | indent }}
),

in_segments as (
    {{ in_each_segment('profiled') | indent }}
),

counted as (
    select
        anchor, window_days, segment_type, segment,
        count(*) filter (where is_mature) as events,
        count(*) filter (where not is_mature) as events_pending,
        count(distinct case when is_mature then customer_id end) as customers,
        coalesce(sum(contacts_before) filter (where is_mature), 0) as contacts_before,
        coalesce(sum(contacts_after) filter (where is_mature), 0) as contacts_after,
        coalesce({{ days }}, 0) as days_before,
        coalesce({{ days }}, 0) as days_after
    from in_segments
    group by anchor, window_days, segment_type, segment
)

select * from counted
