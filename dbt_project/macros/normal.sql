{#- Two-sided p of a standard normal z, 2·Q(|z|). Hart (1968), algorithm 5666, in the form of West
    (2005), "Better approximations to cumulative normal functions"; from |z| = 7.07 on the continued
    fraction of Abramowitz and Stegun 26.2.14. Absolute error below 1e-15. -#}
{% macro two_sided_p(z) -%}
    {%- set x = 'abs(' ~ z ~ ')' -%}
    2 * exp(-{{ z }} * {{ z }} / 2) * case
        when {{ x }} < 7.07106781186547e0
            then {{ polynomial(x, [
                '220.206867912376e0', '221.213596169931e0', '112.079291497871e0', '33.912866078383e0',
                '6.37396220353165e0', '0.700383064443688e0', '0.0352624965998911e0',
            ]) }} / {{ polynomial(x, [
                '440.413735824752e0', '793.826512519948e0', '637.333633378831e0', '296.564248779674e0',
                '86.7807322029461e0', '16.064177579207e0', '1.75566716318264e0', '0.0883883476483184e0',
            ]) }}
        else 0.3989422804014327e0
            / ({{ x }} + 1 / ({{ x }} + 2 / ({{ x }} + 3 / ({{ x }} + 4 / ({{ x }} + 0.65e0)))))
    end
{%- endmacro %}

{#- Polynomial by Horner's rule, coefficients from the constant up. -#}
{% macro polynomial(x, coefficients) -%}
    {{ '(' * (coefficients | length) }}
    {%- for coefficient in coefficients | reverse -%}
        {{ coefficient if loop.first else ') * ' ~ x ~ ' + ' ~ coefficient }}
    {%- endfor -%}
    )
{%- endmacro %}

{#- 97.5 % quantile of Student's t from the normal one: Cornish-Fisher expansion, Abramowitz and
    Stegun 26.7.5. Too small by 1.3e-5 at 9 degrees of freedom (the least with ten answers), by 9e-4 at
    4; null without any. -#}
{% macro t_95(degrees_of_freedom) -%}
    {{ polynomial('(1e0 / nullif(' ~ degrees_of_freedom ~ ', 0))', [
        z_95(), '2.372271230298562e0', '2.822498615739611e0', '2.555849679507722e0',
        '1.5895340533938225e0',
    ]) }}
{%- endmacro %}

{#- Normal deviate with the two-sided p of Student's t, and no sign: Hill (1970), algorithm 395. The absolute error of p is
    below 3e-9 at 9 degrees of freedom (the least with ten values in each sample), 3e-6 at 4; null without any. -#}
{% macro normal_of_t(t, degrees_of_freedom) -%}
    {%- set a = '(' ~ degrees_of_freedom ~ ' - 0.5e0)' -%}
    {%- set b = '48 * ' ~ a ~ ' * ' ~ a -%}
    {%- set y = '(' ~ a ~ ' * ln(1 + ' ~ t ~ ' * ' ~ t ~ ' / nullif(' ~ degrees_of_freedom ~ ', 0)))' -%}
    sqrt({{ y }}) * (1 + (
        {{ y }} + 3 + {{ polynomial(y, ['-85.5e0', '-24e0', '-3.3e0', '-0.4e0']) }}
        / (0.8e0 * {{ y }} * {{ y }} + 100 + {{ b }})
    ) / ({{ b }}))
{%- endmacro %}
