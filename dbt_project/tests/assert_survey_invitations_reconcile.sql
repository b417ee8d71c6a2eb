-- Every invitation of raw counts in the response rates, and in that of NPS if it asks it, or cannot have been
-- sent when it says, or bounced, or asks what nobody knows, or asks an employee.
with landed as (
    {{ raw_totals(source('raw_survey', 'invitations'), 'invitation_id') }}
),

invitations as (
    select
        invitations._row_hash,
        instruments.metric,
        (
            invitations.exclusion_reason is null
            and not coalesce(invitations.bounced, false)
            and coalesce(instruments.audience = 'customer', false)
        ) as is_counted
    from {{ ref('stg_survey__invitations') }} as invitations
    left join {{ ref('int_survey_instruments') }} as instruments
        on invitations.instrument_id = instruments.instrument_id
),

staged as (
    {{ staged_totals('invitations', {
        'counted': 'case when is_counted then 1 end',
        'asking_nps': "case when is_counted and metric = 'nps' then 1 end",
    }) }}
),

by_period as (
    select coalesce(sum(invitations), 0) as delivered
    from {{ ref('survey_invitations_by_segment') }}
    where period_grain = 'all' and segment_type = 'all'
),

published as (
    select coalesce(sum(invitations), 0) as delivered
    from {{ ref('nps_by_segment') }}
    where period_grain = 'all' and segment_type = 'all'
)

{{ uneven_steps(['landed', 'staged', 'by_period', 'published'], [
    ('raw to staging: rows', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content', 'landed.content', 'staged.content'),
    ('staging to periods', 'staged.counted', 'by_period.delivered'),
    ('staging to NPS', 'staged.asking_nps', 'published.delivered'),
]) }}
