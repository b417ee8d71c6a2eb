{#- Attributes that events have of their own beyond those of event_attributes(): any text or boolean column of
    their contract that is neither key nor personal, and any other column that landed with them, in _extra. They
    are looked up while a model is compiled, so that what segment_types does not name is not even read. -#}

{#- Attributes that the registry names. -#}
{% macro attributes_asked_for(applies_to) -%} {{ return(registered_segment_types('attribute', applies_to)) }} {%- endmacro %}

{#- Values of a column of the registry of segment types. dbt's unit tests have no graph, and no registry. -#}
{% macro registered_segment_types(column, applies_to) -%}
    {%- set registry = load_relation(ref('segment_types')) if execute and graph.get('nodes') -%}
    {%- if not execute -%}{%- do ref('segment_types') -%}{%- endif -%}
    {%- if not registry -%}{{ return([]) }}{%- endif -%}
    {%- set query -%}
        select distinct {{ column }}
        from {{ registry }}
        where applies_to = '{{ applies_to }}'
        order by {{ column }}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- Models of events, and where their rows were sent: raw table, staging model, key there and in the model. A session
    is told by its first event. -#}
{% macro sent_events() -%}
    {{ return({
        'fct_survey_responses': ('raw_survey', 'responses', 'stg_survey__responses', 'response_id', 'response_id'),
        'survey_invitations_delivered':
            ('raw_survey', 'invitations', 'stg_survey__invitations', 'invitation_id', 'invitation_id'),
        'fct_tickets': ('raw_tickets', 'tickets', 'stg_tickets__tickets', 'ticket_id', 'ticket_id'),
        'fct_calls': ('raw_tickets', 'calls', 'stg_tickets__calls', 'call_id', 'call_id'),
        'fct_sessions': ('raw_web', 'events', 'stg_web__events', 'event_id', 'session_id'),
    }) }}
{%- endmacro %}

{#- Attributes that a model gives its events, which no source tells. -#}
{% macro given_attributes(events) -%}
    {{ return({'fct_survey_responses': ['stage'], 'fct_sessions': ['stage']}.get(events, [])) }}
{%- endmacro %}

{#- Columns of events that can be attributes, of the raw table and given by their model, by their type. -#}
{% macro columns_of_events(events) -%}
    {%- set source_name, table, staging, key, own_key = sent_events()[events] -%}
    {%- set columns = {} -%}
    {%- for name in given_attributes(events) -%}{%- do columns.update({name: 'string'}) -%}{%- endfor -%}
    {%- for source in graph.get('sources', {}).values() if source.source_name == source_name and source.name == table -%}
        {%- for column in source.columns.values() -%}
            {%- if column.data_type in ['string', 'text', 'boolean'] and column.name != key and not column.meta.pii -%}
                {%- do columns.update({column.name: column.data_type}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- Names that the contract calls personal in any table; beyond the contract of another they are so, too. -#}
{% macro personal_columns() -%}
    {%- set names = [] -%}
    {%- for source in graph.get('sources', {}).values() -%}
        {%- do names.extend(source.columns.values() | selectattr('meta.pii') | map(attribute='name')) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- Attributes asked for that the events of a model have: name, value in SQL, and the relation that it is read from:
    the row as it was sent, called `sent`, unless the model has a column of that name; of answers also the order that
    they name, called `ordered`. -#}
{% macro own_attributes(events) -%}
    {%- set own = [] -%}
    {%- set columns = columns_of_events(events) -%}
    {%- set built = graph.get('nodes', {}).get('model.' ~ project_name ~ '.' ~ events, {}).get('columns', {}) -%}
    {%- for name in attributes_asked_for('event') if name not in event_attributes() -%}
        {%- if name in columns -%}
            {%- set relation = 'events' if name in built else 'sent' -%}
            {%- set value = relation ~ '.' ~ name -%}
            {%- if columns[name] == 'boolean' -%}
                {%- set value = 'cast(' ~ value ~ ' as string)' -%}
            {%- endif -%}
            {%- do own.append({'name': name, 'value': value, 'relation': relation}) -%}
        {%- elif name != sent_events()[events][3] and name not in personal_columns() and has_landed(events, name) -%}
            {%- do own.append({'name': name, 'value': extra_value('sent', name), 'relation': 'sent'}) -%}
        {%- elif events == 'fct_survey_responses' and name in order_attributes() and is_told_by_orders(name) -%}
            {%- do own.append({'name': name, 'value': 'ordered.' ~ name, 'relation': 'ordered'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(own) }}
{%- endmacro %}

{#- Text of a column beyond the contract; null where it is blank. -#}
{% macro extra_value(relation, name) -%}
    nullif(trim({{ json_text_of(relation ~ '._extra', "'" ~ dbt.escape_single_quotes(name) ~ "'") }}), '')
{%- endmacro %}

{#- Whether a column beyond the contract landed with events, with a value. -#}
{% macro has_landed(events, name) -%}
    {%- set source_name, table, staging, key, own_key = sent_events()[events] -%}
    {%- set query -%}
        select count(*) from (
            select 1 from {{ source_name }}.{{ adapter.quote(table) }} as landed
            where landed._extra is not null and {{ extra_value('landed', name) }} is not null
            limit 1
        ) as found
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] > 0) }}
{%- endmacro %}

{#- Of all events: columns that can be attributes, those asked for that some have, and keys. -#}
{% macro columns_of_all_events() -%}
    {%- set always = event_attributes() + ['text_source'] + order_attributes() | list -%}
    {%- set attributes, found, keys = always | list, always | list, [] -%}
    {%- for events, (source_name, table, staging, key, own_key) in sent_events().items() -%}
        {%- do attributes.extend(columns_of_events(events)) -%}
        {%- do keys.append(key) -%}
        {%- for attribute in own_attributes(events) -%}
            {%- do found.append(dbt.escape_single_quotes(attribute.name)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({'attributes': attributes | unique | list, 'found': found, 'keys': keys}) }}
{%- endmacro %}

{#- Events of a model, each with the profiles of its own attributes. -#}
{% macro with_own_profiles(events, own) -%}
    {%- set source_name, table, staging, key, own_key = sent_events()[events] -%}
    select
        events.*
        {%- for attribute in own %},
        {{ event_profile(attribute.name, "nullif(trim(" ~ attribute.value ~ "), '')") }} as own_profile_{{ loop.index }}
        {%- endfor %}
    from {{ ref(events) }} as events
    {%- if not execute or own | selectattr('relation', 'equalto', 'sent') | list %}
    left join {{ ref(staging) }} as sent on events.{{ own_key }} = sent.{{ key }}
    {%- endif %}
    {%- if events == 'fct_survey_responses' and (not execute or own | selectattr('relation', 'equalto', 'ordered') | list) %}
    {{- with_named_order('events') }}
    {%- endif %}
{%- endmacro %}
