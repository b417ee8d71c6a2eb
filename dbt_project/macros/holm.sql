{#- Holm (1979): the k-th smallest of m p-values times m − k + 1, never less than one before it, at
    most 1. Adds `p_adjusted` to the rows of `relation`, which has `p`; a null p is no test. -#}
{% macro holm(relation, family) -%}
    select
        *,
        case
            when p is not null then least(
                max(stepped_p) over (
                    partition by {{ family | join(', ') }}
                    order by p_rank rows between unbounded preceding and current row
                ),
                1
            )
        end as p_adjusted
    from (
        select
            *,
            p * (count(p) over (partition by {{ family | join(', ') }}) - p_rank + 1) as stepped_p
        from (
            select
                *,
                rank() over (partition by {{ family | join(', ') }} order by p nulls last) as p_rank
            from {{ relation }}
        ) as ranked
    ) as stepped
{%- endmacro %}
