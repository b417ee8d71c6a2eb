{#- Rates of the website: numerator and denominator by name. -#}
{% macro web_rates() -%}
    {{ return({
        'bounce_rate': ('bounces', 'sessions'),
        'cart_abandonment_rate': ('carts_abandoned', 'carts'),
        'cart_recovery_rate': ('carts_recovered', 'carts_recoverable'),
        'self_service_rate': ('self_served', 'self_service_sessions'),
    }) }}
{%- endmacro %}
