with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where exclusion_reason = 'employee_audience'
),

-- The fact does not name who answered.
sent as (
    select * from {{ ref('stg_survey__responses') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
),

agents as (
    select * from {{ ref('int_agent_spans') }}
),

placed as (
    select
        answers.response_id,
        coalesce(nullif(sent.customer_id, ''), answers.response_id) as respondent_id,
        answers.instrument_id,
        answers.metric,
        answers.instrument_version,
        coalesce(agents.group_name, 'unknown') as group_name,
        coalesce(agents.role, 'unknown') as role,
        {{ answer_band('answers.score', 'instruments') | indent }} as band,
        answers.score,
        answers.responded_date
    from answers
    inner join sent on answers.response_id = sent.response_id
    inner join instruments on answers.instrument_id = instruments.instrument_id
    left join agents
        on sent.customer_id = agents.agent_id and {{ in_span('answers.responded_at', 'agents') }}
)

select * from placed
