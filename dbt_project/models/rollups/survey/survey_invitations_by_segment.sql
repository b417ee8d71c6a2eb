with rolled_up as (
    {{ by_period_and_segment(
        ref('survey_invitations_daily'),
        measures=['invitations', 'invitations_answered', 'invitations_partial'],
        dimensions=['metric'],
    ) | indent }}
)

select * from rolled_up
