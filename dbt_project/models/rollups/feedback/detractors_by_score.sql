{{ config(materialized='table') }}

{%- set own = own_attributes('fct_survey_responses') %}
{%- set counts = {
    'detractors': 'true',
    'detractors_due': 'is_due',
    'followed_up': 'is_due and is_followed_up',
    'followed_up_in_time': 'is_due and is_in_time',
    'closed': 'is_due and is_followed_up and closed_at is not null',
    'waiting': 'is_waiting',
} %}
{%- for group, among, landmark in [
    ('', 'is_mature and is_contacted_before', 'is_mature and is_in_time'),
    ('_uncontacted', 'is_mature and not is_contacted_before', 'is_mature and not is_in_time'),
] %}
{%- do counts.update({
    'mature' ~ group: among,
    'answered_again' ~ group: among ~ ' and is_answered_again',
    'rescued' ~ group: among ~ " and is_answered_again and next_band <> 'negative'",
    'subscribers' ~ group: landmark ~ ' and is_subscriber',
    'churned' ~ group: landmark ~ ' and is_subscriber and is_churned',
}) %}
{%- endfor %}
{%- set aggregates = {} %}
{%- for name, condition in counts.items() %}
{%- do aggregates.update({name: 'count(*) filter (where ' ~ condition ~ ')'}) %}
{%- endfor %}
{%- for group in ['', '_uncontacted'] %}
{%- set among = ' filter (where ' ~ counts['answered_again' ~ group] ~ ')' %}
{%- do aggregates.update({
    'next_sum' ~ group: 'coalesce(sum(next_score)' ~ among ~ ', 0)',
    'next_squares' ~ group: 'coalesce(sum(next_score * next_score)' ~ among ~ ', 0)',
}) %}
{%- endfor %}

with detractors as (
    select *, score as first_score
    from {{ ref('detractor_outcomes') }}
),

rolled_up as (
    {{ by_period_and_segment('detractors', ['first_score'], aggregates, event_attributes(), own) | indent }}
)

select * from rolled_up
