{#- Counts of periods and segments become rates, medians and metrics. `rates` has numerator and denominator by the
    rate's name; `medians` are names of which <name>_count and <name>_quantiles (of quantiles_about_median) are at
    hand. Each is withheld by its own count, or by the one that `behind` names. -#}

{#- What relations count in each period and segment, side by side; where one counts nothing it is 0. `counts` and
    `medians` are lists of names by relation. -#}
{% macro side_by_side(counts, medians) -%}
    with places as (
        {%- for relation in counts %}
        select period_grain, period_start, segment_type, segment from {{ relation }}
        {{ 'union' if not loop.last }}
        {%- endfor %}
    )

    select
        {%- for relation, names in counts.items() %}
        {%- for name in names %}
        cast(coalesce({{ relation }}.{{ name }}, 0) as bigint) as {{ name }},
        {%- endfor %}
        {%- for name in medians.get(relation, []) %}
        coalesce({{ relation }}.{{ name }}_count, 0) as {{ name }}_count,
        {{ relation }}.{{ name }}_quantiles,
        {%- endfor %}
        {%- endfor %}
        places.*
    from places
    {%- for relation in counts %}
    left join {{ relation }} on {{ same_segment('places', relation) }}
    {%- endfor %}
{%- endmacro %}

{% macro rate_columns(rates, behind={}) -%}
    {%- for rate, (numerator, denominator) in rates.items() %}
        {{ score(
            numerator ~ ' / cast(' ~ denominator ~ ' as double)',
            behind.get(rate, denominator) ~ ' >= ' ~ var('min_responses')
        ) }} as {{ rate }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Medians, each with the bounds of its interval. -#}
{% macro median_columns(medians, behind={}) -%}
    {%- for median in medians %}
        {%- set quantiles, distance = median ~ '_quantiles', median ~ '_ci_distance' %}
        {%- set enough = behind.get(median, median ~ '_count') ~ ' >= ' ~ var('min_responses') %}
        {{ median_ci_distance(median ~ '_count') }} as {{ distance }},
        {{ score(quantile_about_median(quantiles), enough) }} as {{ median }}_median,
        {{ score(median_ci_bound(quantiles, distance, -1), enough) }} as {{ median }}_median_ci_low,
        {{ score(median_ci_bound(quantiles, distance, 1), enough) }} as {{ median }}_median_ci_high
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Rates and medians as metrics, long: rates with Wilson's interval; of a median the standard error is the width of
    its interval ÷ (2 × 1.96). -#}
{% macro metrics_of(scores, rates={}, medians=[]) -%}
    {%- set metrics = [] -%}
    {%- for rate, (numerator, denominator) in rates.items() -%}
        {%- do metrics.append((
            rate, denominator, share_measured(numerator, denominator, rate, rate ~ ' is not null')
        )) -%}
    {%- endfor -%}
    {%- for name in medians -%}
        {%- do metrics.append((name ~ '_median', name ~ '_count', median_measured(name))) -%}
    {%- endfor -%}
    {%- for metric, count, measured in metrics %}
    select
        period_grain, period_start, segment_type, segment,
        '{{ metric }}' as metric,
        {{ measured }},
        {{ metric }} is not null as is_reportable
    from {{ scores }}
    where {{ count }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Columns of metric_values, from value to ci_high, for a median. -#}
{% macro median_measured(name) -%}
    {%- set median = name ~ '_median' -%}
    {{ median }} as value,
    cast(null as double) as numerator,
    cast({{ name }}_count as double) as denominator,
    {{ score(
        '(' ~ median ~ '_ci_high - ' ~ median ~ '_ci_low) / (2 * ' ~ z_95() ~ ')', median ~ ' is not null'
    ) }} as value_se,
    case when {{ median }} is not null then {{ median }}_ci_low end as ci_low,
    case when {{ median }} is not null then {{ median }}_ci_high end as ci_high
{%- endmacro %}
