{#- Shares of few, drawn towards that of their pool: beta-binomial, its moments by Kleinman (1973). A row has a part x
    of a whole n; of a pool, a window, columns that begin with `name` hold what is needed. -#}

{#- Σx, Σn, the number of rows with n, Σn² and Σx² ÷ n. -#}
{% macro pool_moments(name, part, whole, pool) -%}
    cast(sum({{ part }}) over {{ pool }} as double) as {{ name }}_pool_part,
    cast(sum({{ whole }}) over {{ pool }} as double) as {{ name }}_pool_whole,
    cast(sum(cast({{ whole }} > 0 as int)) over {{ pool }} as double) as {{ name }}_pool_rows,
    cast(sum({{ whole }} * {{ whole }}) over {{ pool }} as double) as {{ name }}_pool_squares,
    {{ exact_sum('cast(' ~ part ~ ' * ' ~ part ~ ' as double) / nullif(' ~ whole ~ ', 0)', 'over ' ~ pool) }}
        as {{ name }}_pool_spread
{%- endmacro %}

{% macro pool_share(name) -%} {{ name }}_pool_part / nullif({{ name }}_pool_whole, 0) {%- endmacro %}

{#- ρ, how alike those of one row are beyond chance: (S ÷ (p(1 − p)) − (k − 1)) ÷ (N − Σn² ÷ N − (k − 1)), with
    p = Σx ÷ N and S = Σn(x ÷ n − p)² over k rows. Null where one row, rows of one or no difference tell nothing. -#}
{% macro pool_rho(name) -%}
    {%- set x, n, k = name ~ '_pool_part', name ~ '_pool_whole', '(' ~ name ~ '_pool_rows - 1)' -%}
    (
        ({{ name }}_pool_spread - {{ x }} * {{ x }} / {{ n }}) * {{ n }} * {{ n }} / nullif({{ x }} * ({{ n }} - {{ x }}), 0)
        - {{ k }}
    ) * {{ n }} / nullif({{ n }} * {{ n }} - {{ name }}_pool_squares - {{ k }} * {{ n }}, 0)
{%- endmacro %}

{#- M = (1 − ρ) ÷ ρ, how many of a row's own its pool is worth; 0 where rows differ as much as they can, null where
    they differ no more than by chance. -#}
{% macro pool_strength(name) -%}
    case when {{ name }}_rho > 0 then greatest(1 - {{ name }}_rho, 0) / {{ name }}_rho end
{%- endmacro %}

{#- e = (x + Mp) ÷ (n + M); p where rows do not differ. -#}
{% macro shrunk_share(name, part, whole) -%}
    {%- set p = pool_share(name) -%}
    coalesce(
        ({{ part }} + {{ name }}_strength * {{ p }}) / nullif({{ whole }} + {{ name }}_strength, 0), {{ p }}
    )
{%- endmacro %}

{#- Bounds e ± 1.96 √(e(1 − e) ÷ (n + M + 1)); where that has no width, Wilson's of the row's own, as M is 0 there; where rows
    do not differ, Wilson's of the pool. -#}
{% macro shrunk_low(name, part, whole) -%}
    greatest(coalesce(
        {{ shrunk_bound(name, whole, '-') }},
        case when {{ name }}_strength = 0 then {{ wilson_low(part, whole) }} end,
        {{ wilson_low(name ~ '_pool_part', name ~ '_pool_whole') }}
    ), 0)
{%- endmacro %}

{% macro shrunk_high(name, part, whole) -%}
    least(coalesce(
        {{ shrunk_bound(name, whole, '+') }},
        case when {{ name }}_strength = 0 then {{ wilson_high(part, whole) }} end,
        {{ wilson_high(name ~ '_pool_part', name ~ '_pool_whole') }}
    ), 1)
{%- endmacro %}

{% macro shrunk_bound(name, whole, sign) -%}
    {{ name }}_shrunk {{ sign }} {{ z_95() }} * sqrt(
        nullif({{ name }}_shrunk * (1 - {{ name }}_shrunk), 0) / ({{ whole }} + {{ name }}_strength + 1)
    )
{%- endmacro %}

{#- Limit of a funnel (Spiegelhalter 2005), p ± 3.0902 √(p(1 − p) ÷ n): 998 of 1000 who are like the pool lie within. -#}
{% macro funnel_bound(name, whole, sign) -%}
    {%- set p = pool_share(name) -%}
    {{ p }} {{ sign }} cast(3.090232306167813 as double) * sqrt({{ p }} * (1 - {{ p }}) / nullif({{ whole }}, 0))
{%- endmacro %}
