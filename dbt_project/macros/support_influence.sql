{#- What one customer or unit of MRR that ends in `ends` adds to its curve at a horizon, beside `influences`. -#}
{% macro support_influence(ends) -%}
    (
        influences.of_risk
        - case
            when {{ ends }}.exit in {{ support_losses() }} and {{ ends }}.lag_days <= influences.horizon_days
                then influences.of_loss
            else 0
        end
    )
{%- endmacro %}

{#- What of one customer or unit of MRR that ends in `ends` is still followed at a horizon, beside those. -#}
{% macro support_followed(ends) -%}
    case when {{ ends }}.lag_days >= influences.horizon_days then influences.of_loss else 0 end
{%- endmacro %}

{#- Exits that a curve falls with, or rises where what is lost is less than nothing. -#}
{% macro support_losses() -%} ('churned', 'changed') {%- endmacro %}
