{#- Stands for a set of rows. A decimal, as HUGEINT is DuckDB's alone: on its way through Parquet it is a double
    without the last 13 bits. -#}
{% macro sum_of_hashes(hash) -%} sum(cast({{ hash }} as decimal(38, 0))) {%- endmacro %}
