{{ config(materialized='table') }}

with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored and metric = 'csat' and ticket_id is not null
),

tickets as (
    select * from {{ ref('fct_tickets') }}
),

moments as (
    select * from {{ ref('ticket_moments') }}
),

spans as (
    select * from {{ ref('int_ticket_spans') }}
),

agents as (
    select * from {{ ref('int_agent_spans') }}
),

solves as (
    select ticket_id, agent_id, event_id, moment_at as solved_at
    from moments
    where status in ('solved', 'closed') and status_before not in ('solved', 'closed')
),

outcomes as (
    select
        answers.ticket_id,
        solves.agent_id as solved_by,
        solves.solved_at,
        cast(answers.responded_at as date) as event_date,
        0 as tickets,
        0 as reopens_known,
        0 as reopened,
        1 as responses,
        cast(answers.answer_band = 'positive' as int) as satisfied
    from answers
    inner join solves on answers.ticket_id = solves.ticket_id and answers.responded_at >= solves.solved_at
    qualify row_number() over (partition by response_id order by solved_at desc, event_id desc) = 1
    union all
    select
        ticket_id, first_resolution_agent_id, first_resolved_at, cast(first_resolved_at as date),
        1, cast(is_reopened is not null as int), cast(coalesce(is_reopened, false) as int), 0, 0
    from tickets
    where is_solved and first_resolved_at is not null and exclusion_reason is null
),

assigned as (
    select
        outcomes.*,
        coalesce(spans.agent_id, nullif(outcomes.solved_by, '')) as agent_id,
        nullif(trim(spans.group_name), '') as ticket_group_name
    from outcomes
    left join spans
        on outcomes.ticket_id = spans.ticket_id and {{ in_span('outcomes.solved_at', 'spans') }}
),

daily as (
    select
        assigned.event_date,
        assigned.agent_id,
        coalesce(assigned.ticket_group_name, agents.group_name, 'unknown') as group_name,
        {{ sums('assigned', ['tickets', 'reopens_known', 'reopened', 'responses', 'satisfied']) }}
    from assigned
    left join agents
        on assigned.agent_id = agents.agent_id and {{ in_span('assigned.solved_at', 'agents') }}
    where assigned.agent_id is not null
    group by 1, 2, 3
)

select * from daily
