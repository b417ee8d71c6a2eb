"""Accounts, and which customers belong to them."""

import duckdb

from orchestration.sample.scope import DAY, Scope

MEMBER_SHARE = 0.4
# Of members, those whose account only their subscriptions name.
NAMED_BY_SUBSCRIPTION_SHARE = 0.1
MERGER_SHARE = 0.03
# With 3000 customers 1200 members of 200 accounts, the largest with 85 of them.
CUSTOMERS_PER_ACCOUNT = 15

_MEMBERS = """
create table sim.members as
select
    customer,
    1 + floor(u('which account', customer) ** 2 * $accounts)::integer as account,
    'A' || account as account_id,
    u('account of subscription', customer) < $by_subscription as is_by_subscription,
from sim.customers where u('account', customer) < $members
"""

# An account is merged into the one before it.
_ACCOUNTS = """
create table crm.accounts as
with accounts as (
    select account, account_id, min(signed_up_at) as began_at, count(*) as contacts,
    from sim.members join sim.customers using (customer) group by all
),

mergers as (
    select
        account,
        lag(account_id) over (order by account) as into_account_id,
        later(began_at, $halfway * (1 + u('merged when', account))) as merged_at,
    from accounts
    qualify u('merges', account) < $mergers and into_account_id is not null
),

versions as (
    select account, began_at as updated_at, null as parent_account_id, false as is_deleted
    from accounts
    union all
    select account, merged_at, into_account_id, true
    from mergers where merged_at < ends_at()
)

select
    account_id,
    updated_at,
    pick(['Alder', 'Birch', 'Cedar', 'Elm', 'Hazel', 'Linden', 'Maple', 'Rowan'], 'tree', account)
    || ' ' || account || pick([' Ltd', ' Inc', ' GmbH', ' SA'], 'form', account) as name,
    pick(['Retail', 'Software', 'Manufacturing', 'Healthcare', 'Education', 'Finance'],
        'account industry', account) as industry,
    case when contacts < 5 then '1-4' when contacts < 20 then '5-19' else '20+' end as size_band,
    country,
    region,
    pick(['O1', 'O2', 'O3'], 'account owner', account) as owner_id,
    parent_account_id,
    is_deleted,
    landing(updated_at, account_id || updated_at) as landed_on,
from versions
join accounts using (account)
join sim.places
    on place = 1 + floor(u('account place', account) * (select count(*) from sim.places))::integer
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create crm.accounts and `sim.members` from `sim.customers` and `sim.places`."""
    connection.execute(
        _MEMBERS,
        {
            "accounts": max(1, scope.customers // CUSTOMERS_PER_ACCOUNT),
            "members": MEMBER_SHARE,
            "by_subscription": NAMED_BY_SUBSCRIPTION_SHARE,
        },
    )
    connection.execute(_ACCOUNTS, {"halfway": scope.days * DAY // 2, "mergers": MERGER_SHARE})
