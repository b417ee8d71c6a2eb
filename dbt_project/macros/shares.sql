{#- Shares of the registry of metrics that are of counts, by the rollup that has these: numerator and denominator by name. Not
    those of several to a ticket, which go together: so many are not as sure as so many tickets. -#}
{% macro shares_of_counts() -%}
    {%- set churned = 'customers_seen - customers_end' -%}
    {%- set of_tickets_and_calls = {} -%}
    {%- for rate, (hits, n) in rates_of_tickets_and_calls().items() -%}
        {%- do of_tickets_and_calls.update({rate: (hits, solves_behind().get(rate, n))}) -%}
    {%- endfor -%}
    {{ return({
        'customers_of_months': {
            'logo_churn_rate': (churned, 'customers'),
            'involuntary_churn_share': ('customers_churned_involuntary', churned),
            'renewal_rate': ('terms_renewed', 'terms_due'),
        },
        'trials_of_months': {'trial_conversion_rate': ('trials_paid', 'trials_mature')},
        'support_scores': of_tickets_and_calls,
        'web_scores': web_rates(),
    }) }}
{%- endmacro %}

{#- Metrics of which score_precision can tell how sure they are. -#}
{% macro precise_metrics() -%}
    {%- set metrics = ['nps', 'csat', 'ces_easy_rate'] -%}
    {%- for shares in shares_of_counts().values() -%}{%- do metrics.extend(shares) -%}{%- endfor -%}
    {{ return(metrics) }}
{%- endmacro %}
