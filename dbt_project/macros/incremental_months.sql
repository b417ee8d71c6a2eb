{#- Facts are rebuilt by month of event. A month is stale when the fingerprint of its inputs is not
    the one that stands in the fact, which also covers the code that built it. -#}

{#- Months to build, with the fingerprint to store. `inputs` has a row for each event_month, with
    input_hash. -#}
{% macro stale_months(inputs) -%}
    select
        {{ inputs }}.event_month,
        concat({{ inputs }}.input_hash, '-', '{{ code_checksum(model.unique_id) }}') as input_fingerprint
    from {{ inputs }}
    {%- if is_incremental() %}
    left join (select distinct event_month, input_fingerprint from {{ this }}) as built
        on {{ inputs }}.event_month = built.event_month
        and concat({{ inputs }}.input_hash, '-', '{{ code_checksum(model.unique_id) }}')
        = built.input_fingerprint
    where built.event_month is null
    {%- endif %}
{%- endmacro %}

{#- Pre-hook: months whose last input is gone would never be replaced, so they are removed. -#}
{% macro remove_vanished_months(inputs) -%} {{ return(adapter.dispatch('remove_vanished_months')(inputs)) }} {%- endmacro %}

{% macro default__remove_vanished_months(inputs) -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where event_month not in (select event_month from {{ inputs }})
    {%- endif -%}
{%- endmacro %}

{#- Of Parquet partitions alone can be removed. -#}
{% macro spark__remove_vanished_months(inputs) -%}
    {%- set vanished -%}
        select distinct event_month from {{ this }} where event_month not in (select event_month from {{ inputs }})
    {%- endset -%}
    {%- set months = run_query(vanished).columns[0].values() if execute and is_incremental() else [] -%}
    {%- if months -%}
    alter table {{ this }} drop if exists
        {%- for month in months %} partition (event_month = '{{ month }}'){{ ',' if not loop.last }}{% endfor %}
    {%- endif -%}
{%- endmacro %}

{#- Checksum of a model, the models that it builds on and this project's macros that they call. Both
    lists grow while they are walked, with each name once: the graph has 50,000 ways through it. -#}
{% macro code_checksum(unique_id) -%}
    {%- set nodes = graph.get('nodes', {}) -%}
    {%- if not execute or unique_id not in nodes -%}{{ return('') }}{%- endif -%}
    {%- set models, macros, parts = [unique_id], [], [] -%}
    {%- for name in models -%}
        {%- do parts.append(nodes[name].checksum.checksum) -%}
        {%- do extend_with(models, nodes[name].depends_on.nodes, 'model.') -%}
        {%- do extend_with(macros, nodes[name].depends_on.macros, 'macro.' ~ project_name ~ '.') -%}
    {%- endfor -%}
    {%- for name in macros -%}
        {%- set called = context[name.split('.')[-1]].macro -%}
        {%- do parts.append(called.macro_sql) -%}
        {%- do extend_with(macros, called.depends_on.macros, 'macro.' ~ project_name ~ '.') -%}
    {%- endfor -%}
    {{ return(local_md5(parts | sort | join(' '))) }}
{%- endmacro %}

{#- Add to a list of names those that begin so and are not in it. -#}
{% macro extend_with(names, more, beginning) -%}
    {%- for name in more if name.startswith(beginning) and name not in names -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
{%- endmacro %}
