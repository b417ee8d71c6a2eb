{#- Text of a member of a JSON object; null when there is none. -#}
{% macro json_text(document, member) -%} {{ return(adapter.dispatch('json_text')(document, member)) }} {%- endmacro %}

{% macro default__json_text(document, member) -%}
    json_extract_string({{ document }}, '$."{{ member }}"')
{%- endmacro %}

{% macro spark__json_text(document, member) -%}
    try_element_at(from_json({{ document }}, 'map<string, string>'), '{{ member }}')
{%- endmacro %}

{#- The same of a member that an expression names; no name has a quotation mark in it. -#}
{% macro json_text_of(document, member) -%} {{ return(adapter.dispatch('json_text_of')(document, member)) }} {%- endmacro %}

{% macro default__json_text_of(document, member) -%}
    json_extract_string({{ document }}, concat('$."', replace({{ member }}, '"', ''), '"'))
{%- endmacro %}

{% macro spark__json_text_of(document, member) -%}
    try_element_at(from_json({{ document }}, 'map<string, string>'), {{ member }})
{%- endmacro %}

{#- Names of the members of a JSON object, a row each. -#}
{% macro json_members(document) -%} {{ return(adapter.dispatch('json_members')(document)) }} {%- endmacro %}

{% macro default__json_members(document) -%}
    unnest(json_keys({{ document }}))
{%- endmacro %}

{% macro spark__json_members(document) -%} explode(json_object_keys({{ document }})) {%- endmacro %}

{#- Text of a JSON object of a group's names and values, in the order of the names. -#}
{% macro json_object_of(name, value) -%} {{ return(adapter.dispatch('json_object_of')(name, value)) }} {%- endmacro %}

{% macro default__json_object_of(name, value) -%}
    cast(to_json(map(
        list({{ name }} order by {{ name }}), list({{ value }} order by {{ name }})
    )) as string)
{%- endmacro %}

{% macro spark__json_object_of(name, value) -%}
    to_json(map_from_entries(array_sort(collect_list(struct({{ name }} as name, {{ value }} as value)))))
{%- endmacro %}
