"""Orders by the BG/NBD process with Gamma-Gamma spend, a few others on top, and their lines."""

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from orchestration.sample.scope import ENDS_AT, WEEK, Scope
from orchestration.sample.truth import LATE_DELIVERY_PROBABILITY, PURCHASES, SPEND

# In the order of time, so that the files of the months are cut from neighbouring rows.
_PURCHASES = """
create table sim.purchases as
select
    customer,
    k,
    -- Unique, as nobody orders a thousand times.
    customer * 1000 + k as purchase,
    'O' || purchase as order_id,
    at_second(ordered) as ordered_at,
    -- Planted spend is total less discount; the refund comes after it.
    cents,
    case when u('discount', purchase) < 0.1 then cents // 10 else 0 end as discount_cents,
    case when u('refund', purchase) < 0.01 then cents // 2 else 0 end as refunded_cents,
from purchases
order by ordered, purchase
"""

_EXTRAS = """
create table sim.extras as
with drawn as (
    select
        *,
        later(ordered_at, 3600 + exponential(172800, 'extra', purchase)) as extra_at,
        case
            when u('credit', purchase) < 0.01 then 'returned'
            when u('cancel', purchase) < 0.02 then 'canceled'
            when u('open', purchase) < 0.1 and ordered_at > ends_at() - interval 14 days
                then 'pending'
        end as status,
    from sim.purchases
)
select
    customer,
    purchase,
    order_id || 'X' as order_id,
    extra_at as ordered_at,
    status,
    case when status = 'returned' then -(cents // 2) else cents end as cents,
from drawn
where status is not null and extra_at < ends_at()
"""

_ALL = """
create table sim.orders as
select customer, purchase, order_id, ordered_at, 'completed' as status, cents + discount_cents
    as total_cents, discount_cents, refunded_cents,
from sim.purchases
union all
select customer, purchase, order_id, ordered_at, status, cents, 0, 0,
from sim.extras
"""

# Three in ten purchases are sent while pending, and again when completed; all are when delivered.
_ORDERS = """
create table orders.orders as
with settled as (
    select
        *,
        later(ordered_at, 60 + exponential(20000, 'settle', purchase)) as settled_at,
        status = 'completed' and u('pending', purchase) < 0.3 and settled_at < ends_at()
            as was_pending,
        later(ordered_at, 86400 * 4) as promised_at,
        later(promised_at, if(
            u('late', order_id) < $late,
            1 + exponential(86400, 'days late', order_id),
            -259200 * u('days early', order_id)
        )) as delivered_at,
    from sim.orders
),

versions as (
    select * replace (null as delivered_at), ordered_at as updated_at,
        if(was_pending, 'pending', status) as version_status,
    from settled
    union all
    select * replace (null as delivered_at), settled_at, status,
    from settled where was_pending
    union all
    select *, greatest(delivered_at, later(settled_at, 1)) as updated_at, status,
    from settled where status = 'completed' and updated_at < ends_at()
)

select
    order_id,
    updated_at,
    'C' || customer as customer_id,
    version_status as status,
    'USD' as currency,
    ordered_at,
    (total_cents / 100)::decimal(18, 2) as total_amount,
    (discount_cents / 100)::decimal(18, 2) as discount_amount,
    if(version_status = 'pending', 0, refunded_cents / 100)::decimal(18, 2) as refunded_amount,
    promised_at,
    delivered_at,
    landing(updated_at, order_id || updated_at) as landed_on,
from versions
"""

# The first line takes what the tenths of the others leave, so that lines add up to the total.
# A line's cents through 1, 2 or 4 pieces have at most the four decimals that a price may have.
_ITEMS = """
create table orders.items as
with lines as (
    select
        order_id,
        purchase,
        total_cents,
        ordered_at,
        pick([[0], [0, 4], [0, 3, 2]], 'lines', order_id) as tenths,
        unnest(range(len(tenths))) as line,
    from sim.orders
),

priced as (
    select
        *,
        order_id || '-' || line as line_id,
        sign(total_cents)::integer as direction,
        abs(total_cents) as all_cents,
        if(line > 0, all_cents * tenths[line + 1] // 10,
            all_cents - list_sum(list_transform(tenths, lambda tenth: all_cents * tenth // 10))
        )::bigint as line_cents,
        pick([1, 1, 1, 2, 4], 'quantity', line_id) as pieces,
        1 + floor(40 * u('product', line_id) ** 2)::integer as product,
    from lines
)

select
    order_id,
    (line + 1)::integer as line_number,
    'P' || product as product_id,
    ['Hardware', 'Accessories', 'Services', 'Spare parts'][1 + product % 4] as product_category,
    (direction * pieces)::decimal(18, 3) as quantity,
    (line_cents / (100 * pieces))::decimal(18, 4) as unit_price,
    (unit_price * (0.5 + 0.2 * u('cost', product)))::decimal(18, 4) as unit_cost,
    landing(ordered_at, order_id) as landed_on,
from priced
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create orders.orders and orders.items, and `sim.purchases` and `sim.extras`."""
    signed_up = connection.execute(
        "select epoch(signed_up_at)::bigint as at from sim.customers order by customer"
    ).fetchnumpy()["at"]
    connection.register("purchases", _purchases(scope, signed_up))
    for statement in (_PURCHASES, _EXTRAS, _ALL):
        connection.execute(statement)
    connection.execute(_ORDERS, {"late": LATE_DELIVERY_PROBABILITY})
    connection.execute(_ITEMS)
    connection.execute("drop table sim.orders")
    connection.unregister("purchases")


def _purchases(scope: Scope, signed_up: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
    """Draw every customer's purchases, the first at sign-up.

    While alive a customer buys at rate Gamma(r, alpha) a week, and drops out after a repeat
    purchase with probability Beta(a, b): Fader, Hardie and Lee (2005), section 3.

    Returns:
        Arrays with one element per purchase: `customer`, `k` from 0, `ordered` in seconds since
        1970, `cents`.
    """
    rng = scope.rng("purchases")
    size = len(signed_up)
    span = ENDS_AT - signed_up
    rate = rng.gamma(PURCHASES.r, 1 / (PURCHASES.alpha_weeks * WEEK), size)
    # Times of a Poisson process are, given their number, uniform.
    owner = np.repeat(np.arange(size), rng.poisson(rate * span))
    waits = np.floor(rng.random(len(owner)) * (span[owner] - 1)) + 1
    waits = waits[np.lexsort((waits, owner))]
    repeat = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    kept = repeat <= rng.geometric(rng.beta(PURCHASES.a, PURCHASES.b, size))[owner]

    customer = np.concatenate([np.arange(size), owner[kept]])
    k = np.concatenate([np.zeros(size, dtype=np.int64), repeat[kept]])
    wait = np.concatenate([np.zeros(size), waits[kept]]).astype(np.int64)
    spend_rate = rng.gamma(SPEND.q, 1 / SPEND.v, size)[customer]
    spend = rng.gamma(SPEND.p, 1 / spend_rate)
    cents = np.maximum(np.rint(100 * spend), 1).astype(np.int64)
    return {"customer": customer, "k": k, "ordered": signed_up[customer] + wait, "cents": cents}


def extras_by_status(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Orders that are not of the BG/NBD process, by status."""
    query = "select status, count(*) from sim.extras group by status order by status"
    return dict(connection.execute(query).fetchall())
