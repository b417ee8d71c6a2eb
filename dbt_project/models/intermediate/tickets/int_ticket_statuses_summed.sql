with changes as (
    select * from {{ ref('int_ticket_status_changes') }}
),

summed as (
    select
        ticket_id,
        max(case when is_newest then status end) as status,
        count(*) filter (where is_reopen) as reopens,
        bool_or(status = 'solved') as is_solved,
        bool_or(status in ('solved', 'closed')) as is_solved_or_closed,
        bool_or(is_mismatch) as has_status_mismatch,
        min(case when status = 'solved' then occurred_at end) as first_solved_at,
        max(case when status = 'solved' then occurred_at end) as last_solved_at,
        min(case when status = 'closed' then occurred_at end) as first_closed_at,
        {{ first_agent("status = 'solved'") }} as first_solved_by,
        {{ first_agent("status = 'closed'") }} as first_closed_by
    from changes
    group by ticket_id
)

select * from summed
