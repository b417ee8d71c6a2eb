{#- How many customers come to each segment on each day whom the period has not had there before, neither at its beginning
    nor since: within_<grain> for each grain. `stays` holds customer_id, profile_id, valid_from, valid_to, and whether a
    row `comes`. -#}
{% macro entries_within_periods(stays) -%}
    {%- set query -%}
    select
        segment_type,
        segment,
        cast(valid_from as date) as event_date
        {%- for grain in period_grains() + ['all'] %}
        {%- set first_day = period_start("'" ~ grain ~ "'", 'valid_from') %}
        {%- set start = 'coalesce(cast(' ~ first_day ~ ' as timestamp), ' ~ beginning_of_time() ~ ')' %},
        count(*) filter (where left_at <= {{ start }} and valid_from > {{ start }}) as within_{{ grain }}
        {%- endfor %}
    from (
        select
            stays.*,
            in_turn.segment_type,
            in_turn.segment,
            lag(stays.valid_to, 1, {{ beginning_of_time() }}) over (
                partition by in_turn.segment_type, in_turn.segment, stays.customer_id order by stays.valid_from
            ) as left_at
        from {{ stays }} as stays
        inner join in_turn on stays.profile_id = in_turn.profile_id
    ) as in_segments
    where comes
    group by segment_type, segment, cast(valid_from as date)
    {%- endset -%}
    with segments_met as (
        select * from {{ ref('int_profile_segments') }}
        where profile_id in (select {{ stays }}.profile_id from {{ stays }})
    ),

    entered as (
        {{ in_turns('segments_met', 'segment_type', query) | indent }}
    )

    select * from entered
{%- endmacro %}
