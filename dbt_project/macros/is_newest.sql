{#- Predicate for `qualify`: the row that counts among rows with one key. A version whose time has not
    come by `clock` counts where there is no other. Ties are broken by content, never by the order of
    loading. -#}
{% macro is_newest(key, version=none) -%}
    row_number() over (
        partition by {{ key }}
        order by {% if version %}{{ version }} >= clock.events_until, {{ version }} desc, {% endif %}_landing_date desc, _row_hash desc
    ) = 1
{%- endmacro %}
