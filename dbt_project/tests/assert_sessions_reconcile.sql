-- Every web event of raw that can have happened is in one session of the fact.
with landed as (
    {{ raw_totals(source('raw_web', 'events'), 'event_id') }}
),

staged as (
    {{ staged_totals(ref('stg_web__events')) }}
),

possible as (
    select count(*) as events from {{ ref('stg_web__events') }}
    where exclusion_reason is null
),

fact as (
    select cast(coalesce(sum(events), 0) as bigint) as events from {{ ref('fct_sessions') }}
)

{{ uneven_steps(['landed', 'staged', 'possible', 'fact'], [
    ('raw to staging: web events', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content of web events', 'landed.content', 'staged.content'),
    ('staging to fact: web events', 'possible.events', 'fact.events'),
]) }}
