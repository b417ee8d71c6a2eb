with tested as (
    select * from {{ ref('changes_tested') }}
),

metrics as (
    select * from {{ ref('dim_metrics') }}
),

words as (
    select * from {{ ref('explained_metrics') }}
),

worded as (
    select
        tested.*,
        substr(tested.label, 1, 60) as name,
        metrics.label
        || case instrument_version when '' then '' else ' (version ' || instrument_version || ')' end
            as metric_name,
        case
            when not abs(rate) > t_quantile * rate_se then words.same
            when (rate > 0) = metrics.higher_is_better then words.better
            else words.worse
        end as moved,
        words.place,
        case when share_after > 0 then 'is new' else 'is no longer' end as came_or_went,
        case when share_change > 0 then 'more' else 'fewer' end as more_or_fewer,
        case metrics.unit when 'share' then 100 else 1 end as factor,
        case metrics.unit when 'share' then ' %' else '' end as unit,
        abs(mix) > t_quantile * mix_se as is_mix_sure
    from tested
    inner join metrics on tested.metric = metrics.metric
    inner join words on tested.metric = words.metric
),

clauses as (
    select
        *,
        case
            when not is_reportable then name || ': too few to tell'
            when not is_in_both then name || ' ' || came_or_went || ' ' || place || {{ term_in_words('mix') }}
            when not is_mix_sure then name || ' ' || moved || {{ term_in_words('rate') }}
            else name || ' ' || moved || {{ term_in_words('rate') }}
                || '; ' || more_or_fewer || ' ' || name || ' ' || place || {{ term_in_words('mix') }}
        end as segment_sentence,
        metric_name || case when rate < 0 then ' fell ' else ' rose ' end
        || {{ in_words('rate') }} || {{ width_in_words('rate_se') }} || ' points, from '
        || case when score_before < 0 then '−' else '' end || {{ in_words('score_before') }} || unit || ' to '
        || case when score_after < 0 then '−' else '' end || {{ in_words('score_after') }} || unit
        || case when abs(rate) > t_quantile * rate_se then '' else ', as chance may do' end as whole_sentence
    from worded
),

causes as (
    select * from clauses
    where not is_whole and place_by_p = 1 and p_adjusted < {{ var('explained_p') }}
),

sentences as (
    select
        clauses.*,
        case
            when not clauses.is_whole then clauses.segment_sentence
            when causes.label is null then clauses.whole_sentence
            else clauses.whole_sentence || '. Most surely unlike the rest, by '
                || replace(causes.segment_type, '_', ' ') || ': ' || causes.segment_sentence
        end as sentence
    from clauses
    left join causes on {{ same_values('clauses', 'causes', change_key()) }}
)

select * from sentences
