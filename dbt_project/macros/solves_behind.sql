{#- What rates of mature solves are of, by rate: null while too few of the solves are, since the quickest are the first
    to be so. -#}
{% macro solves_behind() -%}
    {%- set enough = 'solves_mature >= ' ~ var('solves_mature_share') ~ ' * solves_followed' -%}
    {%- set behind = {} -%}
    {%- for rate in ['first_contact_resolution_rate', 'repeat_contact_rate'] -%}
        {%- do behind.update({rate: 'case when ' ~ enough ~ ' then ' ~ support_rates()[rate][1] ~ ' end'}) -%}
    {%- endfor -%}
    {{ return(behind) }}
{%- endmacro %}
