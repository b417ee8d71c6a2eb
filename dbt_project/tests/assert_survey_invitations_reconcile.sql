-- Every invitation of raw counts in the response rate of NPS, or cannot have been sent when it says, or
-- bounced, or asks something else.
with landed as (
    {{ raw_totals(source('raw_survey', 'invitations'), 'invitation_id') }}
),

staged as (
    {{ staged_totals(ref('stg_survey__invitations')) }}
),

left_out as (
    select
        count(*) filter (where invitations.exclusion_reason is not null) as implausible,
        count(*) filter (where invitations.exclusion_reason is null and invitations.bounced) as bounced,
        count(*) filter (
            where invitations.exclusion_reason is null
            and not coalesce(invitations.bounced, false)
            and instruments.metric is distinct from 'nps'
        ) as asking_else
    from {{ ref('stg_survey__invitations') }} as invitations
    left join {{ ref('int_survey_instruments') }} as instruments
        on invitations.instrument_id = instruments.instrument_id
),

published as (
    select coalesce(sum(invitations), 0) as delivered
    from {{ ref('nps_by_segment') }}
    where period_grain = 'all' and segment_type = 'all'
)

{{ uneven_steps(['landed', 'staged', 'left_out', 'published'], [
    ('raw to staging: rows', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content', 'landed.content', 'staged.content'),
    (
        'staging to NPS',
        'staged.row_count - left_out.implausible - left_out.bounced - left_out.asking_else',
        'published.delivered',
    ),
]) }}
