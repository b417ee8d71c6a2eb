{#- Id of an account as a source names it; a blank names none. -#}
{% macro account_named(account_id) -%}
    case when trim({{ account_id }}) <> '' then {{ account_id }} end
{%- endmacro %}

{#- Attributes of accounts that the registry segment_types names: profiles of all would be one an account, as its
    name is an attribute too. -#}
{% macro account_attributes() -%}
    {%- set attributes = [] -%}
    {%- for name in attributes_asked_for('account') if name in attributes_of('accounts') -%}
        {%- do attributes.append(name) -%}
    {%- endfor -%}
    {{ return(attributes) }}
{%- endmacro %}

{#- Rows of a relation in the account that their account_id stands for on their as_of_date: what it was merged
    into. A customer without account is an account, under the customer's own id; has_account keeps both apart. -#}
{% macro in_accounts(relation, columns) -%}
    select
        {%- for column in columns %}
        {{ relation }}.{{ column }},
        {%- endfor %}
        {{ relation }}.account_id is not null as has_account,
        coalesce(mergers.merged_into, {{ relation }}.account_id, {{ relation }}.customer_id) as account_id
    from {{ relation }}
    left join {{ ref('int_account_merges') }} as mergers
        on {{ relation }}.account_id = mergers.account_id
        and {{ in_span(relation ~ '.as_of_date', 'mergers') }}
{%- endmacro %}

{#- Grains of accounts: their MRR is known at the ends of months, and few answer within a week. -#}
{% macro account_grains() -%}
    (select {{ each_of(["'month'", "'quarter'", "'year'"]) }} as period_grain)
{%- endmacro %}

{#- Whether any customer belongs to an account, looked up while a model is compiled: of customers alone 2.1 million
    invitations would be read for 1.5 CPU s to find no contact in them. dbt's unit tests have no graph. -#}
{% macro has_accounts() -%}
    {%- set contacts = load_relation(ref('int_account_contacts')) if execute and graph.get('nodes') -%}
    {%- if not execute -%}{%- do ref('int_account_contacts') -%}{%- endif -%}
    {%- if not contacts -%}{{ return(true) }}{%- endif -%}
    {{ return(run_query('select 1 from ' ~ contacts ~ ' limit 1').rows | length > 0) }}
{%- endmacro %}
