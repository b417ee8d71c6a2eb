with experiments as (
    select * from {{ ref('int_experiments') }}
),

parts as (
    select
        experiment_id,
        {{ parts_of('planned_split', "','") }} as part
    from experiments
    where trim(planned_split) <> ''
),

cut as (
    select
        experiment_id,
        trim(substr(part, 1, length(part) - length(split_part(part, ':', -1)) - 1)) as variant,
        try_cast(split_part(part, ':', -1) as double) as weight
    from parts
),

judged as (
    select
        *,
        coalesce(variant <> '' and weight > 0 and weight < 1e9, false)
        and count(*) over (partition by experiment_id, variant) = 1 as is_readable
    from cut
),

splits as (
    select
        experiment_id,
        variant,
        weight,
        bool_and(is_readable) over (partition by experiment_id) as is_readable
    from judged
)

select * from splits
