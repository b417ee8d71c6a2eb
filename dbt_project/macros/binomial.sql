{#- ln n!, by Stirling's series at n + 11 (error below 1e-10). -#}
{% macro ln_factorial(n) -%}
    {%- set z = '(' ~ n ~ ' + 11e0)' -%}
    ({{ z }} - 0.5e0) * ln({{ z }}) - {{ z }} + 0.9189385332046727e0
    + (1e0 / 12 - (1e0 / 360 - 1e0 / (1260 * {{ z }} * {{ z }})) / ({{ z }} * {{ z }})) / {{ z }}
    - ln({% for place in range(1, 11) %}({{ n }} + {{ place }}e0){{ ' * ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- Probability of k of n, each with the share p, by ln_choices, the logarithm of n over k. -#}
{% macro binomial_probability(ln_choices, k, n, p) -%}
    exp({{ ln_choices }} + {{ k }} * ln({{ p }}) + ({{ n }} - {{ k }}) * ln(1 - {{ p }}))
{%- endmacro %}

{#- Odds at the upper end of Clopper and Pearson's 95 % interval for k of n, by Pratt (1968): 8 % too high where
    two are not among the k, 0.01 % where fifty are not; null where none is. -#}
{% macro upper_odds(k, n) -%}
    {%- set a, b = '(' ~ k ~ ' + 1e0)', '(' ~ n ~ ' - ' ~ k ~ ')' -%}
    {%- set zz = z_95() ~ ' * ' ~ z_95() -%}
    power({{ b }} / {{ a }}, 2) * power(
        (81 * {{ a }} * {{ a }} - 9 * {{ a }} * (2 + {{ zz }}) + 1) / nullif(
            81 * {{ a }} * {{ b }} - 9 * {{ n }} - 8
            - 3 * {{ z_95() }} * sqrt(9 * {{ a }} * {{ b }} * (9 * {{ n }} + 5 - {{ zz }}) + {{ n }} + 1),
            0
        ), 3
    )
{%- endmacro %}

{#- Adds to the rows of `relation`, which the columns `keys` tell apart, what is exact of the share that `fewer` of
    `trials` are, at most half of them: share_low and share_high of Clopper and Pearson (1934), and share_p of its being
    `expected`, twice the smaller tail of the binomial distribution. The ends are Pratt's after three steps of Newton's,
    with a relative error below 1e-11; terms more than eight standard deviations away are left out. -#}
{% macro exact_shares(relation, keys, fewer, trials, expected) -%}
    {%- set rest = '(' ~ trials ~ ' - ' ~ fewer ~ ')' -%}
    {%- set low_odds = '1 / nullif(' ~ upper_odds(rest, trials) ~ ', 0)' -%}
    {%- set tails = [
        ('share_low', 'at', '='), ('share_low', 'beyond', '>='),
        ('share_high', 'at', '='), ('share_high', 'beyond', '<='),
        ('expected', 'below', '<='), ('expected', 'above', '>='),
    ] -%}
    with placed as (
        select *, row_number() over (order by {{ keys | join(', ') }}) as place
        from {{ relation }}
    ),

    numbers as (
        select
            place,
            {{ trials }} as trials,
            {{ whole_numbers(
                'cast(floor(greatest(' ~ fewer ~ ' - 8 * sqrt(' ~ fewer ~ ') - 20, 0)) as bigint)',
                'cast(floor(least(' ~ fewer ~ ' + 8 * sqrt(' ~ fewer ~ ') + 20, ' ~ trials ~ ')) as bigint)',
            ) }} as k
        from placed
    ),

    terms as (
        select
            place,
            k,
            {{ ln_factorial('trials') }} - ({{ ln_factorial('k') }}) - ({{ ln_factorial('(trials - k)') }})
                as ln_choices
        from numbers
    ),

    shares_0 as (
        select
            place,
            {{ fewer }} as fewer,
            {{ trials }} as trials,
            {{ expected }} as expected,
            1 / (1 + 1 / ({{ low_odds }})) as share_low,
            1 / (1 + 1 / ({{ upper_odds(fewer, trials) }})) as share_high
        from placed
    ),
    {%- for step in [1, 2, 3] %}

    chances_{{ step }} as (
        select
            shares.place,
            {%- for share, tail, sign in tails %}
            {%- set chance = binomial_probability('terms.ln_choices', 'terms.k', 'shares.trials', 'shares.' ~ share) %}
            {{ exact_sum(chance, 'filter (where terms.k ' ~ sign ~ ' shares.fewer)') }}
                as {{ share }}_{{ tail }}{{ ',' if not loop.last }}
            {%- endfor %}
        from shares_{{ step - 1 }} as shares
        inner join terms on shares.place = terms.place
        group by shares.place
    ),

    shares_{{ step }} as (
        select
            shares.place,
            shares.fewer,
            shares.trials,
            shares.expected,
            shares.share_low - (chances.share_low_beyond - 0.025e0)
            / (chances.share_low_at * shares.fewer / shares.share_low) as share_low,
            shares.share_high + (chances.share_high_beyond - 0.025e0)
            / (chances.share_high_at * (shares.trials - shares.fewer) / (1 - shares.share_high)) as share_high,
            least(2 * least(chances.expected_below, chances.expected_above), 1) as share_p
        from shares_{{ step - 1 }} as shares
        inner join chances_{{ step }} as chances on shares.place = chances.place
    ){{ ',' if not loop.last }}
    {%- endfor %}

    select
        placed.*,
        coalesce(shares.share_low, 0) as share_low,
        shares.share_high,
        shares.share_p
    from placed
    inner join shares_3 as shares on placed.place = shares.place
{%- endmacro %}
