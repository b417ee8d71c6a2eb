-- A driver that an experiment's evidence names is one that is weighed; where none is, nothing is asked.
{{ config(severity='warn', meta={
    'remedy': 'Correct its evidence in seeds/experiments.csv, or in what lands, by a name of drivers_by_segment.'
}) }}
with named as (
    select * from {{ ref('int_experiment_drivers') }}
),

drivers as (
    select distinct driver, {{ name_in_evidence('driver') }} as name from {{ ref('drivers_by_segment') }}
),

compared as (
    select
        named.experiment_id,
        named.driver,
        min({{ edit_distance('named.driver', 'drivers.name') }}) as distance,
        min_by(drivers.driver, {{ edit_distance('named.driver', 'drivers.name') }}) as nearest
    from named
    cross join drivers
    group by named.experiment_id, named.driver
),

unknown as (
    select
        concat(
            'of experiment ', experiment_id, ': its evidence names the driver ', driver,
            ', which is none of those weighed; the nearest is ', nearest
        ) as sentence
    from compared
    where distance > 0
)

select * from unknown
