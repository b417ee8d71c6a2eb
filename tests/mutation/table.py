"""One-line mutations of the code, each breaking a promise, and the test that must notice it."""

from dataclasses import dataclass

LOADING = "tests/unit/test_loading.py"
LOST = "tests/unit/test_lost_rows.py"
LOST_ROWS = f"{LOST}::test_a_lost_row_is_noticed_and_raw_keeps_what_it_had"
HOSTILE = "tests/unit/test_hostile_input.py"
PUBLISHING = "tests/unit/test_publishing.py"
DEFINITIONS = "tests/unit/test_definitions.py"
CLI = "tests/unit/test_cli.py"
INCREMENTS = "tests/property/test_increments.py::test_a_known_history_equals_a_full_refresh"
NOTHING_NEW = "tests/integration/test_nothing_new.py"
REFUSED = "tests/integration/test_refused_and_held_back.py"
STANDING = "tests/integration/test_standing.py"
EXTENDING = "tests/integration/test_extending.py"
WORKED_NUMBERS = "tests/integration/test_dbt_unit_tests.py"


@dataclass(frozen=True)
class Mutation:
    """What is promised, the text of a file that keeps it, what breaks it, and who notices."""

    promise: str
    file: str
    text: str
    mutated: str
    test: str


MUTATIONS = (
    Mutation(
        "nothing lost: rows in file = loaded + quarantined",
        "orchestration/loading/delivery.py",
        "where rows_in_file <> rows_loaded + rows_quarantined",
        "where false",
        LOST_ROWS,
    ),
    Mutation(
        "nothing lost: an archive is read to its end",
        "orchestration/reading/archives.py",
        "if not frame.eof:",
        "if False:",
        f"{LOADING}::test_a_truncated_archive_among_good_files_is_refused_alone",
    ),
    Mutation(
        "nothing lost: Parquet gives as many rows as it says",
        "orchestration/reading/parquet.py",
        "parquet_file_metadata[1].num_rows,",
        "list_sum([c.row_group_num_rows for c in parquet_metadata if c.column_id = 0])::bigint,",
        f"{HOSTILE}::test_rows_that_the_footer_of_parquet_hides_are_missed",
    ),
    Mutation(
        "nothing lost: what DuckDB misreads is read without it",
        "orchestration/loading/batch.py",
        "if rows_read != rows_in_files:",
        "if False:",
        f"{LOST}::test_where_duckdb_misreads_csv_the_records_are_split_without_it",
    ),
    Mutation(
        "nothing lost: rows in file are counted without the reader that is judged",
        "orchestration/loading/delivery.py",
        "file, digest, landing_date, rows_in_file,",
        "file, digest, landing_date, "
        "coalesce(loaded.n, 0) + coalesce(refused.n, 0) as rows_in_file,",
        f"{LOST}::test_a_row_that_a_reader_takes_for_another_files_is_noticed",
    ),
    Mutation(
        "nothing lost: a name is a name, never a pattern or a column",
        "orchestration/reading/reading_room.py",
        "return as_pattern(self.path)",
        "return str(self.path.resolve())",
        "tests/unit/test_landing_names.py::test_a_name_means_nothing_but_itself",
    ),
    Mutation(
        "running again changes nothing",
        "orchestration/loading/ledger.py",
        'return self.status not in {"loaded", "withdrawn"} or self.digest != digest',
        "return True",
        f"{LOADING}::test_loading_again_changes_nothing",
    ),
    Mutation(
        "a restated file replaces the rows that it gave",
        "orchestration/loading/delivery.py",
        'f"delete from {raw} where _file in {candidates}"',
        '"select 1"',
        f"{LOADING}::test_new_content_under_an_old_path_replaces_the_rows_it_gave",
    ),
    Mutation(
        "order does not matter: ties are broken by content",
        "dbt_project/macros/is_newest.sql",
        "_landing_date desc, _row_hash desc",
        "_landing_date desc",
        INCREMENTS,
    ),
    Mutation(
        "order does not matter: a rewritten history makes its months stale",
        "dbt_project/models/intermediate/survey/int_survey_response_inputs.sql",
        "'spans.segment_profile_id',",
        "",
        INCREMENTS,
    ),
    Mutation(
        "order does not matter: a month whose last row moved away is removed",
        "dbt_project/macros/incremental_months.sql",
        "where event_month not in (select event_month from {{ inputs }})",
        "where false",
        INCREMENTS,
    ),
    Mutation(
        "a crash heals: old rows go and new ones come in one transaction",
        "orchestration/loading/delivery.py",
        'self._connection.execute(f"delete from {raw} where _file in {candidates}")',
        'self._connection.execute(f"delete from {raw} where _file in {candidates}; commit; begin")',
        LOST_ROWS,
    ),
    Mutation(
        "a crash heals: what is published is verified before the swap",
        "orchestration/publishing/publish.py",
        "        verify(building, rows | about_them)\n",
        "",
        f"{PUBLISHING}::test_a_failed_publish_leaves_readers_what_they_had",
    ),
    Mutation(
        "readers never see a half: the published file is replaced, not rewritten",
        "orchestration/publishing/swap.py",
        "    os.link(file, swapping)\n    _replace(swapping, published / file.name)\n",
        "    (published / file.name).write_bytes(file.read_bytes())\n",
        PUBLISHING,
    ),
    Mutation(
        "running again changes nothing: what was withdrawn is something new",
        "orchestration/running/completed.py",
        "is_same = ledger_lines == completed.ledger_lines and digest",
        "is_same = digest",
        f"{NOTHING_NEW}::test_what_a_command_changed_is_new",
    ),
    Mutation(
        "running again changes nothing: what was published otherwise is something new",
        "orchestration/running/completed.py",
        "current_id(published_dir) == publish_id == latest.name",
        "True",
        f"{NOTHING_NEW}::test_what_a_command_changed_is_new",
    ),
    Mutation(
        "one writer",
        "orchestration/running/lock.py",
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        f"{CLI}::test_run_names_the_run_that_is_at_work",
    ),
    Mutation(
        "a bad delivery is held back",
        "orchestration/loading/load.py",
        "failed = [check for check in results if check.is_blocking]",
        "failed: list[CheckResult] = []",
        f"{REFUSED}::test_what_the_gate_holds_back_is_named_and_the_rest_is_published",
    ),
    Mutation(
        "a bad delivery is held back: a file refused to its last row replaces nothing",
        "orchestration/loading/delivery.py",
        "having rows_refused = rows_in_file or rows_refused > $max_share * rows_in_file",
        "having rows_refused > $max_share * rows_in_file",
        f"{LOADING}::test_a_file_refused_to_its_last_row_leaves_raw_with_the_last_good_data",
    ),
    Mutation(
        "input is hostile: a number that lost its digits is no id",
        "orchestration/loading/rules.py",
        """rounded = f"{text} < ':' and regexp_full_match({text}, '{_ROUNDED_ID}')\"""",
        'rounded = "false"',
        HOSTILE,
    ),
    Mutation(
        "nothing lost: Parquet keeps each digit of a decimal, or its row is refused",
        "orchestration/loading/casts.py",
        "int(own[2]) <= int(asked[2])",
        "True",
        "tests/unit/test_parquet.py::test_a_value_of_parquet_becomes_what_its_text_becomes",
    ),
    Mutation(
        "input is hostile: what cannot have happened yet counts nowhere",
        "dbt_project/macros/plausible.sql",
        "when {{ last }} >= clock.events_until then 'in_future'",
        "when false then 'in_future'",
        WORKED_NUMBERS,
    ),
    Mutation(
        "input is hostile: no link leads out of the landing zone",
        "orchestration/reading/landing_zone.py",
        "and path.resolve().is_relative_to(landing_dir)",
        "",
        f"{LOADING}::test_a_link_that_leads_out_of_the_landing_zone_is_not_read",
    ),
    Mutation(
        "input is hostile: no archive unpacks without end",
        "orchestration/reading/archives.py",
        "if unpacked_bytes > max(_HARMLESS_BYTES, limits.max_unpacked_ratio * packed_bytes):",
        "if False:",
        "tests/unit/test_limits.py::test_a_bomb_is_refused_before_it_goes_off",
    ),
    Mutation(
        "input is hostile: text from data stays text",
        "orchestration/reporting/page.py",
        "autoescape=True",
        "autoescape=False",
        "tests/unit/test_report.py::test_text_from_data_stays_text",
    ),
    Mutation(
        "audit before publish: critical checks of marts block",
        "orchestration/defs/gates.py",
        'blocking=blocks and expectation.severity == "critical"',
        "blocking=False",
        f"{DEFINITIONS}::test_every_expectation_is_a_check_and_those_of_marts_block_when_critical",
    ),
    Mutation(
        "the interval of NPS is adjusted (n + 3)",
        "dbt_project/macros/nps.sql",
        "[promoters ~ ' + 0.75', detractors ~ ' + 0.75', '(' ~ n ~ ' + 3)']",
        "[promoters, detractors, n]",
        WORKED_NUMBERS,
    ),
    Mutation(
        "what stands: another content of as many rows is noticed",
        "orchestration/building/standing.py",
        "concat(count(*), ' ', sum(hash({read})))",
        "concat(count(*), ' ')",
        INCREMENTS,
    ),
    Mutation(
        "what stands: nothing does that reads something else than before",
        "orchestration/building/standing.py",
        "if built and built.reads == self.reads(unique_id) else None",
        "if built else None",
        f"{STANDING}::test_what_reads_nothing_new_stands",
    ),
    Mutation(
        "what stands: a view tells what it reads",
        "orchestration/building/standing.py",
        "self._states[unique_id] = self._state_of_parents(unique_id)",
        "self._states[unique_id] = self.code[unique_id]",
        INCREMENTS,
    ),
    Mutation(
        "what stands: nothing does under other code",
        "orchestration/building/build.py",
        "code = common_code_digest()",
        'code = "the same"',
        f"{STANDING}::test_other_code_of_all_builds_all_anew",
    ),
    Mutation(
        "what stands: no model does of which the code is another",
        "orchestration/building/code.py",
        "yield _text(node).encode()",
        'yield b""',
        f"{STANDING}::test_other_code_of_one_model_or_registry_leaves_the_others_as_they_are",
    ),
    Mutation(
        "what stands: no registry does of which the file is another",
        "orchestration/building/code.py",
        """yield Path(node["root_path"], node["original_file_path"]).read_bytes()""",
        'yield b""',
        f"{STANDING}::test_other_code_of_one_model_or_registry_leaves_the_others_as_they_are",
    ),
    Mutation(
        "what stands: no view does above which the code is another",
        "orchestration/building/standing.py",
        "parents = (node for node in self._parents(unique_id) if node in self.code)",
        "parents: tuple[str, ...] = ()",
        f"{STANDING}::test_other_code_of_one_model_or_registry_leaves_the_others_as_they_are",
    ),
    Mutation(
        "what stands: no model does that was deleted and is back",
        "dbt_project/macros/drop_deleted_models.sql",
        "delete from ledger.built where",
        "delete from ledger.built where false and",
        f"{EXTENDING}::test_a_mart_whose_model_is_deleted_is_published_no_more_until_it_is_back",
    ),
    Mutation(
        "what stands: no gate does whose table changed",
        "orchestration/running/verdicts.py",
        "if passed and passed.reads == _reads(connection, code, table, suite) else None",
        "if passed else None",
        f"{STANDING}::test_a_gate_is_asked_while_something_that_it_reads_changes_or_it_warns",
    ),
    Mutation(
        "what stands: no gate does that warned",
        "orchestration/running/verdicts.py",
        "if reads and all(result.passed for result in results):",
        "if reads:",
        f"{STANDING}::test_a_gate_is_asked_while_something_that_it_reads_changes_or_it_warns",
    ),
    Mutation(
        "what stands: nothing does that was built by hand",
        "dbt_project/macros/forget_what_is_built.sql",
        "{%- if selected_resources %}",
        "{%- if false %}",
        f"{STANDING}::test_what_dbt_built_by_hand_is_built_anew",
    ),
    Mutation(
        "one clock: what lies beyond it is in the future until its time has come",
        "dbt_project/models/staging/ledger/stg_ledger__clock.sql",
        "coalesce(min(ahead.instant), {{ end_of_time() }})",
        "{{ end_of_time() }}",
        WORKED_NUMBERS,
    ),
    Mutation(
        "web: a gap of exactly 30 minutes ends no session",
        "dbt_project/models/intermediate/web/int_web_events_sessioned.sql",
        "occurred_at > previous_at + interval",
        "occurred_at >= previous_at + interval",
        WORKED_NUMBERS,
    ),
    Mutation(
        "web: a device of two customers is nobody's",
        "dbt_project/models/intermediate/web/int_visitor_customers.sql",
        "case when count(distinct customer_id) = 1 then min(customer_id) end",
        "min(customer_id)",
        WORKED_NUMBERS,
    ),
    Mutation(
        "subscriptions: only mature trials are judged",
        "dbt_project/models/intermediate/subscriptions/int_subscription_trials.sql",
        "windows.window_ends_at <= {{ dbt.dateadd('day', 1, 'horizon.known_until') }} as is_mature",
        "true as is_mature",
        WORKED_NUMBERS,
    ),
    Mutation(
        "subscriptions: who was past due before the end left involuntarily",
        "dbt_project/models/intermediate/subscriptions/int_subscription_losses.sql",
        "bool_or(status = 'past_due') and max(ended_at) is not null as is_unpaid",
        "false as is_unpaid",
        WORKED_NUMBERS,
    ),
    Mutation(
        "answers: of several lines the largest says what was bought",
        "dbt_project/models/intermediate/orders/int_orders_described.sql",
        "order by abs(cast(quantity as double) * unit_price) desc, line_number",
        "order by line_number",
        WORKED_NUMBERS,
    ),
    Mutation(
        "subscriptions: terms due before leavers were told of are at nobody's risk",
        "dbt_project/models/rollups/churn/subscription_terms.sql",
        "judged.due_at > coalesce(known.known_from, {{ beginning_of_time() }})",
        "judged.due_at is not null",
        WORKED_NUMBERS,
    ),
    Mutation(
        "subscriptions: a term counts once a late renewal can no longer come",
        "dbt_project/models/rollups/churn/subscription_terms.sql",
        "1 - var('renewal_grace_days')",
        "1",
        WORKED_NUMBERS,
    ),
    Mutation(
        "subscriptions: who comes back within the grace days renews",
        "dbt_project/models/intermediate/subscriptions/int_subscription_successions.sql",
        "and {{ dbt.dateadd('day', grace_days, 'earlier.ended_at') }}",
        "and earlier.ended_at",
        WORKED_NUMBERS,
    ),
    Mutation(
        "first value: leaving before competes with it",
        "dbt_project/models/marts/web/first_value_by_segment.sql",
        "kaplan_meier('reached + churned')",
        "kaplan_meier('reached')",
        WORKED_NUMBERS,
    ),
    Mutation(
        "support: a pending ticket's clock stops",
        "dbt_project/models/rollups/support/ticket_clocks.sql",
        "not in ('pending', 'solved', 'closed') as is_running",
        "not in ('solved', 'closed') as is_running",
        WORKED_NUMBERS,
    ),
    Mutation(
        "support: promises to the group win over those to all",
        "dbt_project/models/rollups/support/ticket_promises.sql",
        "case when own.priority is null then '' else ' of the group' end",
        "''",
        WORKED_NUMBERS,
    ),
    Mutation(
        "support: no solve is judged before its days are over",
        "dbt_project/models/rollups/support/ticket_repeats.sql",
        "and tickets.first_resolved_at + {{ window }} <= horizon.known_until",
        "and true",
        WORKED_NUMBERS,
    ),
    Mutation(
        "agents: an answer credits the solve before it",
        "dbt_project/models/rollups/agents/agent_outcomes_daily.sql",
        " and answers.responded_at >= solves.solved_at",
        "",
        WORKED_NUMBERS,
    ),
    Mutation(
        "agents: few tickets are drawn towards the group",
        "dbt_project/macros/shrinkage.sql",
        "({{ part }} + {{ name }}_strength * {{ p }}) /",
        "{{ part }} /",
        WORKED_NUMBERS,
    ),
    Mutation(
        "accounts: a contact's latest answer counts",
        "dbt_project/models/rollups/accounts/account_answers.sql",
        "order by points is null, responded_at desc,",
        "order by points is null, responded_at,",
        WORKED_NUMBERS,
    ),
    Mutation(
        "accounts: coverage is as certain as accounts of equal MRR would make it",
        "dbt_project/models/rollups/accounts/account_scores.sql",
        "mrr * mrr / mrr_square as effective_all",
        "accounts as effective_all",
        WORKED_NUMBERS,
    ),
    Mutation(
        "journey: who is still under way is no failure",
        "dbt_project/models/rollups/journey/funnel_by_segment.sql",
        "'count(*) filter (where is_mature and is_reached)'",
        "'count(*) filter (where is_reached)'",
        WORKED_NUMBERS,
    ),
    Mutation(
        "journey: a stage counts after the one before it",
        "dbt_project/models/rollups/journey/funnel_chains.sql",
        " and visits.visit > earlier.visit",
        "",
        WORKED_NUMBERS,
    ),
    Mutation(
        "journey: those under way count in the median of days",
        "dbt_project/models/rollups/journey/funnel_times_by_segment.sql",
        "where days_to_next is not null",
        "where days_to_next is not null and is_next_reached",
        WORKED_NUMBERS,
    ),
    Mutation(
        "support: a matter is open while one of its tickets is",
        "dbt_project/models/rollups/support/support_matters.sql",
        "case when bool_and(is_solved) then max(solved_at) end as solved_at",
        "max(solved_at) as solved_at",
        WORKED_NUMBERS,
    ),
    Mutation(
        "support: a call about it begins a matter",
        "dbt_project/models/rollups/support/support_matters.sql",
        "least(tickets.created_at, coalesce(first_calls.queued_at, tickets.created_at))",
        "tickets.created_at",
        WORKED_NUMBERS,
    ),
    Mutation(
        "texts: of nobody's texts none repeats another",
        "dbt_project/models/intermediate/voice/int_texts.sql",
        "customer_id is not null and coalesce(",
        "coalesce(",
        WORKED_NUMBERS,
    ),
    Mutation(
        "texts: names of customers are masked in extracts",
        "dbt_project/models/intermediate/voice/int_text_extracts.sql",
        "when own_names.is_own then '[name]'",
        "when false then '[name]'",
        WORKED_NUMBERS,
    ),
    Mutation(
        "experiments: nobody counts before their window is over",
        "dbt_project/models/rollups/experiments/experiment_values.sql",
        "or coalesce(subjects.window_ends_at <= reach.known_until, false) as is_mature",
        "or true as is_mature",
        WORKED_NUMBERS,
    ),
    Mutation(
        "experiments: a split that is not as planned makes all invalid",
        "dbt_project/macros/experiments.sql",
        "when sample_status in ('sample_ratio', 'doubly_assigned') then sample_status",
        "when sample_status in ('doubly_assigned') then sample_status",
        WORKED_NUMBERS,
    ),
    Mutation(
        "events: who asks often weighs the same on both sides",
        "dbt_project/models/rollups/anchors/anchored_contacts.sql",
        "greatest(least({{ before }}, {{ after }}), 0) as seconds",
        "greatest({{ before }}, {{ after }}) as seconds",
        WORKED_NUMBERS,
    ),
    Mutation(
        "events: contacts of the event's own kind are on neither side",
        "dbt_project/models/rollups/anchors/anchored_contacts.sql",
        "        and windows.anchor <> contacts.anchor\n",
        "",
        WORKED_NUMBERS,
    ),
    Mutation(
        "events: an effect is beside customers whom no such event touched",
        "dbt_project/models/rollups/anchors/anchored_changes.sql",
        "cast(everybody.change - coalesce(touched.change, 0) as double)",
        "cast(everybody.change as double)",
        WORKED_NUMBERS,
    ),
    Mutation(
        "events: the window after ends at the next event of the kind",
        "dbt_project/models/rollups/anchors/anchor_windows.sql",
        "coalesce(followed.next_at, {{ end_of_time() }})",
        "{{ end_of_time() }}",
        WORKED_NUMBERS,
    ),
)
