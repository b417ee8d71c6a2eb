{#- Grains of periods whose changes are explained: of a week against the one before, nearly all is chance. -#}
{% macro explained_grains() -%}
    {{ return(['month', 'quarter', 'year']) }}
{%- endmacro %}

{#- What names a change: a metric in a period against the one before. -#}
{% macro change_key() -%}
    {{ return(['metric', 'instrument_version', 'period_grain', 'period_start']) }}
{%- endmacro %}

{#- Name of a survey's metric, and the version of its question where versions are never pooled, else ''. -#}
{% macro explained_survey_metric() -%}
    case metric when 'ces' then 'ces_easy_rate' else metric end as metric,
    case metric when 'ces' then instrument_version else '' end as instrument_version
{%- endmacro %}

{#- Products of weights and values, a unit's first and the other's second. -#}
{% macro unit_products() -%}
    {{ return(['weight_weight', 'weight_value', 'value_weight', 'value_value']) }}
{%- endmacro %}

{#- Columns of change_units that hold profiles, one for each kind; `own` are the answers' attributes of own_attributes. -#}
{% macro unit_profiles(own) -%}
    {%- set profiles = ['segment_profile_id', 'behaviour_profile_id'] -%}
    {%- for attribute in event_attributes() -%}{%- do profiles.append(attribute ~ '_profile') -%}{%- endfor -%}
    {%- for attribute in own -%}{%- do profiles.append('own_profile_' ~ loop.index) -%}{%- endfor -%}
    {{ return(profiles) }}
{%- endmacro %}

{#- Influence of a unit on each term of a change, by its weight and by its value, on either side of it (`side`), as any unit
    of the whole has it and, where `is_own`, as one of the segment has it besides: topic 1 of the definitions, for units
    that weigh. -#}
{% macro influences_on(terms) -%}
    with sides as (
        {%- for side, sign in [('before', '-1'), ('after', '1')] %}
        select
            *,
            '{{ side }}' as side,
            {{ sign }} as direction,
            share_{{ side }} as share,
            score_{{ side }} as score,
            whole_{{ side }} as whole,
            whole_weight_{{ side }} as whole_weight,
            1 / nullif(weight_sum_{{ side }}, 0) as by_own_weight
        from {{ terms }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    -- The mean score of a segment that is in one of both periods is its score there.
    shared as (
        select
            *,
            share_change * case when is_in_both then 0.5 else 1 end as by_score,
            case when is_in_both then share_mean * direction else 0 end as by_score_change
        from sides
    ),

    influences as (
        select
            {{ change_key() | join(', ') }}, segment_type, label, side,
            true as is_own,
            direction * score_apart / whole_weight - coalesce(by_score * score * by_own_weight, 0)
                as mix_by_weight,
            coalesce(by_score * by_own_weight, 0) as mix_by_value,
            score_change / 2 / whole_weight - coalesce(by_score_change * score * by_own_weight, 0)
                as rate_by_weight,
            coalesce(by_score_change * by_own_weight, 0) as rate_by_value,
            -direction * whole / whole_weight as divergence_by_weight,
            direction / whole_weight as divergence_by_value
        from shared
        union all
        select
            {{ change_key() | join(', ') }}, segment_type, label, side,
            false,
            (share_change * whole / 2 - direction * share * score_apart) / whole_weight,
            -share_change / 2 / whole_weight,
            -share * score_change / 2 / whole_weight,
            0,
            direction * share * (2 * whole - score) / whole_weight,
            -direction * share / whole_weight
        from shared
    )

    select * from influences
{%- endmacro %}

{#- Covariance of a term of a change over what two places of it hold: influences of their units, by weight and by value,
    times the products of the units. Those of two periods stand for both orders. -#}
{% macro influence_product(term) -%}
    case when sided.side = sided.other_side then 1 else 2 end * (
            {%- for own in ['weight', 'value'] -%}
            {%- for other in ['weight', 'value'] %}
            + influences.{{ term }}_by_{{ own }} * others.{{ term }}_by_{{ other }} * sided.{{ own }}_{{ other }}
            {%- endfor -%}
            {%- endfor %}
        )
{%- endmacro %}

{#- A covariance added over all places, in one order, so that the last digit is the same in each run. -#}
{% macro added_over_places(covariance) -%}
    {%- set parts = [] -%}
    {%- for sides in ['before before', 'after after', 'after before'] -%}
        {%- for owners in ['true true', 'true false', 'false true', 'false false'] -%}
            {%- do parts.append(
                'coalesce(max(' ~ covariance ~ ") filter (where place = '" ~ sides ~ ' ' ~ owners ~ "'), 0)"
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ parts | join(' + ') }}
{%- endmacro %}

{#- A number of a sentence: without its sign and with one decimal, in hundredths where the metric is a share. -#}
{% macro in_words(number) -%}
    cast(cast(least(abs({{ number }}) * factor, 1e12) as decimal(18, 1)) as string)
{%- endmacro %}

{#- Half of a 95 % interval, in words. -#}
{% macro width_in_words(error) -%} ' ± ' || {{ in_words('t_quantile * ' ~ error) }} {%- endmacro %}

{#- A term of a change in words, with its sign. -#}
{% macro term_in_words(term) -%}
    case when {{ term }} < 0 then ', −' else ', +' end || {{ in_words(term) }} || {{ width_in_words(term ~ '_se') }}
{%- endmacro %}
