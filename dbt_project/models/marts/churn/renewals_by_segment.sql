with terms as (
    select * from {{ ref('subscription_terms') }}
),

by_segment as (
    {{ by_segment(
        'terms',
        keys=['term'],
        aggregates={
            'terms_due': 'count(*)',
            'terms_renewed': 'count(*) filter (where is_renewed)',
        },
    ) | indent }}
),

numbers as (
    select
        segment_type,
        segment,
        {{ whole_numbers(1, 'max(term)') }} as term
    from by_segment
    group by segment_type, segment
),

counted as (
    select
        numbers.*,
        cast(coalesce(by_segment.terms_due, 0) as bigint) as terms_due,
        cast(coalesce(by_segment.terms_renewed, 0) as bigint) as terms_renewed
    from numbers
    left join by_segment using (segment_type, segment, term)
),

estimated as (
    select
        *,
        {{ kaplan_meier('terms_due - terms_renewed', at_risk='terms_due') | indent(8) }},
        min(terms_due) over so_far >= {{ var('min_responses') }} as is_reportable
    from counted
    window so_far as (partition by segment_type, segment order by term)
),

reported as (
    select
        segment_type,
        segment,
        cast(term as bigint) as term,
        terms_due,
        terms_renewed,
        {{ score(share('terms_renewed', 'terms_due')) }} as renewal_rate,
        {{ score(survival()) }} as survival,
        {{ score(survival_se()) }} as survival_se,
        {{ score(share_low(survival(), survival_se())) }} as survival_ci_low,
        {{ score(share_high(survival(), survival_se())) }} as survival_ci_high,
        is_reportable
    from estimated
)

select * from reported
