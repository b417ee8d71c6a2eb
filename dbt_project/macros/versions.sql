{#- Number to order versions such as 2.0 and 10.1 by. -#}
{% macro version_order(version) -%}
    coalesce(try_cast({{ version }} as double), 0)
{%- endmacro %}

{#- Newest version of a metric's question among the rows of each place. -#}
{% macro newest_version(places=[]) -%}
    max_by(instrument_version, {{ version_order('instrument_version') }})
    over (partition by {{ (['metric'] + places) | join(', ') }})
{%- endmacro %}

{#- Whether an answer may be counted together with others: versions of CES never are, so of it those to newest_version. -#}
{% macro is_poolable() -%} (metric <> 'ces' or instrument_version = newest_version) {%- endmacro %}
