{#- What one customer or unit of MRR that ends in `ends` adds to its curve at a horizon, beside `influences`. -#}
{% macro support_influence(ends) -%}
    {{ support_moved(ends ~ '.exit', 'influences.of_risk', support_loss(ends)) }}
{%- endmacro %}

{#- The same by what being at risk gives and what a loss takes, which is of some exits alone. -#}
{% macro support_moved(exit, of_risk, of_loss) -%}
    ({{ of_risk }} - case when {{ exit }} in {{ support_losses() }} then {{ of_loss }} else 0 end)
{%- endmacro %}

{#- What the loss of one that ends in `ends` takes at a horizon, which it is if it comes by then. -#}
{% macro support_loss(ends) -%}
    case when {{ ends }}.lag_days <= influences.horizon_days then influences.of_loss else 0 end
{%- endmacro %}

{#- What of one customer or unit of MRR that ends in `ends` is still followed at a horizon, beside those. -#}
{% macro support_followed(ends) -%}
    case when {{ ends }}.lag_days >= influences.horizon_days then influences.of_loss else 0 end
{%- endmacro %}

{#- Exits that a curve falls with, or rises where what is lost is less than nothing. -#}
{% macro support_losses() -%} ('churned', 'changed') {%- endmacro %}
