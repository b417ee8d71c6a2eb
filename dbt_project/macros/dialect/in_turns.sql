{#- What a query gives of each value of a column of a relation, one value after another, so that only what one
    value needs is in memory. The query reads the rows of its turn as `in_turn`, keeps the column, tells its values
    apart, as it may read the rows of several in one turn, and gives a row at least. -#}
{% macro in_turns(relation, column, query) -%}
    {{ return(adapter.dispatch('in_turns')(relation, column, query)) }}
{%- endmacro %}

{% macro default__in_turns(relation, column, query) -%}
    with recursive turns as (
        with in_turn as (
            select * from {{ relation }}
            where {{ column }} = (select min({{ column }}) from {{ relation }})
        )

        {{ query | indent }}
        union all
        (
            with in_turn as (
                select * from {{ relation }}
                where {{ column }} = (
                    select min({{ column }}) from {{ relation }}
                    where {{ column }} > (select max({{ column }}) from turns)
                )
            )

            {{ query | indent(8) }}
        )
    )

    select * from turns
{%- endmacro %}

{#- All in one turn: Spark puts what is beyond its memory on disk. -#}
{% macro spark__in_turns(relation, column, query) -%}
    with in_turn as (
        select * from {{ relation }}
    )

    {{ query }}
{%- endmacro %}
