with weighed as (
    select *, {{ name_in_evidence('driver') }} as name
    from {{ ref('drivers_by_segment') }}
    where segment_type = 'all' and is_above_chance
),

links as (
    select * from {{ ref('int_experiment_drivers') }}
),

words as (
    select * from {{ ref('drivers') }}
),

metrics as (
    select outcome, min(metric) as metric
    from {{ ref('int_testable_metrics') }}
    where metric = outcome or outcome = 'staying'
    group by outcome
),

named as (
    -- A metric that lands for one experiment alone measures what that experiment says.
    select
        weighed.outcome, weighed.driver, links.experiment_id,
        concat(links.experiment_id, ' (', coalesce(links.metric, 'no metric'), ')') as experiment,
        coalesce(links.outcome, weighed.outcome) = weighed.outcome as is_test
    from weighed
    inner join links on weighed.name = links.driver
),

registered as (
    select
        outcome,
        driver,
        count(case when is_test then 1 end) as experiments,
        {{ texts_in_order('case when is_test then experiment end', ', ', 'experiment_id') }} as tests,
        {{ texts_in_order('case when not is_test then experiment end', ', ', 'experiment_id') }} as others
    from named
    group by outcome, driver
),

worded as (
    select
        weighed.*,
        coalesce(registered.experiments, 0) as experiments,
        coalesce(registered.tests, 'none; measured otherwise by ' || registered.others, 'none') as tested_by,
        replace(
            case weighed.direction when 'lower' then words.where_lower else words.where_higher end,
            '{name}', replace(substr(weighed.driver, length(words.driver) + 2), '_', ' ')
        ) as what_is_done,
        case weighed.outcome when 'staying' then 'staying' else upper(weighed.outcome) end as of_what,
        metrics.metric
    from weighed
    left join registered on weighed.outcome = registered.outcome and weighed.driver = registered.driver
    left join words on split_part(weighed.driver, ' ', 1) = words.driver
    left join metrics on weighed.outcome = metrics.outcome
),

drafted as (
    select
        outcome, driver, importance, importance_ci_low, importance_ci_high, rank, direction,
        experiments, tested_by, experiments = 0 as is_untested,
        case
            when experiments = 0 and outcome = 'staying' then what_is_done || ' keep more customers.'
            when experiments = 0 then what_is_done || ' raise ' || of_what || '.'
        end as hypothesis,
        case
            when experiments = 0 then 'Goes with ' || {{ share_in_words('importance') }}
                || ' (' || {{ share_in_words('importance_ci_low') }}
                || ' to ' || {{ share_in_words('importance_ci_high') }}
                || ') of the differences in ' || of_what || ' at rank ' || rank
                || ': correlation to be tested; driver ' || name
        end as evidence,
        case when experiments = 0 then metric end as metric
    from worded
)

select * from drafted
