{#- Differences of two samples, a variant's columns beside those of its control, which end in _control. -#}

{#- Value of the customers in a window, the sum of what they came to by that of what it is of. -#}
{% macro window_ratio(window) -%}
    cast(sum(numerator) over ({{ window }}) as double) / sum(denominator) over ({{ window }})
{%- endmacro %}

{#- Variance of a mean from the squares of its sample. -#}
{% macro mean_variance(squares, n) -%} {{ squares }} / nullif({{ n }} * ({{ n }} - 1e0), 0) {%- endmacro %}

{#- Squares of what is left of a sample after its values before: Σ(y − θx)². -#}
{% macro squares_adjusted(arm='') -%}
    greatest(yy{{ arm }} - 2 * theta * xy{{ arm }} + theta * theta * xx{{ arm }}, 0)
{%- endmacro %}

{#- Variance of a value: of a rate p(1 − p) ÷ n, of a mean s² ÷ n, of a ratio that of the deviations from it by the
    square of its mean denominator (delta method). -#}
{% macro value_variance(arm, kind) -%}
    {{ arm }}.yy / power({{ arm }}.denominator, 2)
    * case when {{ kind }} = 'rate' then 1 else {{ arm }}.subjects / nullif({{ arm }}.subjects - 1e0, 0) end
{%- endmacro %}

{#- Degrees of freedom of a difference of means, by Welch (1947) and Satterthwaite. -#}
{% macro welch_freedom(variance) -%}
    power({{ variance }} + {{ variance }}_control, 2) / nullif(
        power({{ variance }}, 2) / nullif(subjects - 1, 0)
        + power({{ variance }}_control, 2) / nullif(subjects_control - 1, 0), 0
    )
{%- endmacro %}

{#- Half width, in standard errors, of an interval that holds at all looks together (Waudby-Smith et al. 2024):
    √((N + ν) ÷ N · ln((N + ν) ÷ (να²))), narrowest at N* of N with ν = N* ÷ (u − 1), u − ln u = 1 − 2 ln α. At α = 0.05
    u is 9.2120. -#}
{% macro any_time_width(n, planned) -%}
    {%- set nu = '(' ~ planned ~ ' / 8.211968062068253e0)' -%}
    sqrt(({{ n }} + {{ nu }}) / {{ n }} * ln(({{ n }} + {{ nu }}) / ({{ nu }} * 0.0025e0)))
{%- endmacro %}

{#- What readers get of the difference of a variant and its control. -#}
{% macro lift_scores() -%}
    {{ return([
        'lift', 'lift_ci_low', 'lift_ci_high', 'lift_relative', 'lift_relative_ci_low', 'lift_relative_ci_high',
        'lift_any_time_low', 'lift_any_time_high', 'p',
        'lift_adjusted', 'lift_adjusted_ci_low', 'lift_adjusted_ci_high', 'p_of_adjusted', 'variance_kept', 'p_before',
    ]) }}
{%- endmacro %}

{#- Standard error of lift_relative, the variant's value ÷ the control's − 1, by the delta method (Deng et al. 2018). -#}
{% macro relative_lift_se() -%}
    sqrt(variance + power(1 + lift_relative, 2) * variance_control) / value_control
{%- endmacro %}

{#- Why a result has its verdict, the first that applies; a sample that is not sound invalidates each metric, and all
    else is asked of the hypothesis alone. -#}
{% macro verdict_reason() -%}
    case
        when sample_status in ('sample_ratio', 'doubly_assigned') then sample_status
        when not is_hypothesis then null
        when sample_status = 'unchecked' then 'split_unchecked'
        when not is_mature then 'immature'
        when fewest_subjects < minimum_sample then 'below_minimum_sample'
        when p is null then 'not_compared'
        when coalesce(expected_effect, 0) = 0 then 'no_expected_effect'
        when p_adjusted < {{ var('experiment_p') }} and lift * expected_effect > 0 then 'as_expected'
        when p < {{ var('experiment_p') }} and lift * expected_effect < 0 then 'opposite'
        when lift_ci_high < expected_effect and expected_effect > 0 then 'below_expected'
        when lift_ci_low > expected_effect and expected_effect < 0 then 'below_expected'
        else 'not_significant'
    end
{%- endmacro %}

{#- The verdict that follows. -#}
{% macro verdict() -%}
    case
        when verdict_reason in ('sample_ratio', 'doubly_assigned') then 'invalid'
        when verdict_reason = 'as_expected' then 'supported'
        when verdict_reason in ('opposite', 'below_expected') then 'refuted'
        when verdict_reason is not null then 'undecided'
    end
{%- endmacro %}
