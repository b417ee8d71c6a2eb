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
{% macro remove_vanished_months(inputs) -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where event_month not in (select event_month from {{ inputs }})
    {%- endif -%}
{%- endmacro %}

{#- Checksum of a model, the macros it calls and the models it builds on. -#}
{% macro code_checksum(unique_id) -%}
    {%- set node = graph.get('nodes', {}).get(unique_id) -%}
    {%- if not execute or not node or node.resource_type != 'model' -%}{{ return('') }}{%- endif -%}
    {%- set parts = [node.checksum.checksum, macros_text(node.depends_on.macros)] -%}
    {%- for parent in node.depends_on.nodes | sort -%}
        {%- do parts.append(code_checksum(parent)) -%}
    {%- endfor -%}
    {{ return(local_md5(parts | join(' '))) }}
{%- endmacro %}

{#- Text of this project's macros among those named, and of the macros that they call. -#}
{% macro macros_text(unique_ids) -%}
    {%- set parts = [] -%}
    {%- for unique_id in unique_ids | sort if unique_id.startswith('macro.' ~ project_name ~ '.') -%}
        {%- set called = context[unique_id.split('.')[-1]].macro -%}
        {%- do parts.append(called.macro_sql ~ macros_text(called.depends_on.macros)) -%}
    {%- endfor -%}
    {{ return(parts | join(' ')) }}
{%- endmacro %}
