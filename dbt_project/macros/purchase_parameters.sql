{#- Parameters of the purchase models, in the order of their covariances. -#}
{% macro bg_nbd_parameters() -%} {{ return(['r', 'alpha', 'a', 'b']) }} {%- endmacro %}

{% macro gamma_gamma_parameters() -%} {{ return(['p', 'q', 'v']) }} {%- endmacro %}

{#- Columns with the derivative of `measure` by the logarithm of each parameter. -#}
{% macro gradient_of(measure, parameters) -%}
    {%- set columns = [] -%}
    {%- for parameter in parameters -%}
        {%- do columns.append(measure ~ '_gradient_' ~ parameter) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
