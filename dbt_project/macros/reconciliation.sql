{#- What raw holds of a table: its rows, how many of them a newer row replaced, and the content of the
    rows that count. -#}
{% macro raw_totals(relation, key, version=none) -%}
    select
        coalesce(sum(row_count), 0) as row_count,
        coalesce(sum(row_count - 1), 0) as superseded,
        coalesce({{ sum_of_hashes('newest_hash') }}, 0) as content
    from (
        select
            count(*) as row_count,
            max_by(_row_hash, (
                {% if version %}{{ version }} < clock.events_until, {{ version }}, {% endif %}_landing_date, _row_hash
            )) as newest_hash
        from {{ relation }}
        {%- if version %}
        cross join {{ ref('stg_ledger__clock') }} as clock
        {%- endif %}
        group by {{ key }}
    ) as by_key
{%- endmacro %}

{#- What staging holds of a table: its rows, their content, and the sums of amounts. -#}
{% macro staged_totals(relation, amounts={}) -%}
    select
        count(*) as row_count,
        {%- for name, amount in amounts.items() %}
        coalesce(sum({{ amount }}), 0) as {{ name }},
        {%- endfor %}
        coalesce({{ sum_of_hashes('_row_hash') }}, 0) as content
    from {{ relation }}
{%- endmacro %}

{#- Whether the segments of a type do not add up to the total. An attribute of one kind of events may be none of
    another, which then has nothing in its segments. `types` is dim_segment_types. -#}
{% macro is_uneven(amount, total, types) -%}
    ({{ amount }} <> {{ total }} and ({{ amount }} <> 0 or coalesce({{ types }}.applies_to, 'customer') <> 'event'))
{%- endmacro %}

{#- Steps of a reconciliation whose two sides differ. `totals` are relations of one row; each step is a
    name and two expressions over them. -#}
{% macro uneven_steps(totals, steps) -%}
    {%- for step, left, right in steps %}
    select '{{ step }}' as step, cast({{ left }} - ({{ right }}) as double) as difference
    from {{ totals | join(' cross join ') }}
    where {{ left }} <> {{ right }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
