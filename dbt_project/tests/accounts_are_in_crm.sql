-- Accounts that customers or subscriptions name are those of the CRM, where it tells of accounts at all.
{{ config(severity='warn') }}
with crm as (
    select count(*) as accounts from {{ ref('stg_crm__accounts') }}
)

select dim_accounts.account_id
from {{ ref('dim_accounts') }} as dim_accounts
inner join crm on crm.accounts > 0
where not dim_accounts.is_in_crm
