"""The 24 invariants of the sync design, each with the tests that hold it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNT = 24

INVARIANTS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        (
            "Any snapshot that holds a line of the log holds every line before it that will ever be: "
            "with many writers, aborts and kill -9."
        ),
        (
            "tests/sync/server/test_ledger.py::test_a_reader_that_follows_the_log_misses_nothing",
            "tests/sync/server/test_feed.py::test_any_paging_of_the_log_ends_where_the_server_is",
            "tests/faults/test_crash_points.py::test_a_death_at_this_point_costs_nothing",
        ),
    ),
    2: (
        "The rev of a row never decreases on a console, but for the repair of a fork.",
        (
            "tests/sync/client/test_replica.py::test_newer_wins_whatever_the_order",
            "tests/sync/client/test_replica.py::test_a_deletion_takes_only_what_is_not_newer",
        ),
    ),
    3: (
        "A quiet cache is what the server shows of the working set.",
        (
            "tests/sync/test_same_set.py::test_what_is_sent_summed_up_and_kept_is_one_set",
            "tests/journeys/test_two_desks.py::test_every_conflict_is_settled_by_its_rule_and_seen",
            "tests/faults/test_crash_points.py::test_kill_9_at_any_moment_costs_nothing",
            "tests/faults/test_proxy.py::test_two_desks_work_through_a_storm",
        ),
    ),
    4: (
        "The cursor is committed with the rows it vouches for.",
        (
            "tests/sync/client/test_replica.py::test_cursor_and_rows_are_committed_together",
            "tests/faults/test_power_loss.py::test_an_older_cache_comes_back_and_catches_up",
        ),
    ),
    5: (
        "Each command has its effects at most once.",
        (
            (
                "tests/sync/server/test_dispatch.py"
                "::test_the_same_id_again_gets_the_same_answer_and_no_second_effect"
            ),
            (
                "tests/faults/test_power_loss.py"
                "::test_an_older_work_file_sends_again_and_nothing_is_done_twice"
            ),
            "tests/faults/test_proxy.py::test_a_desk_fetches_writes_and_hears_through_bad_weather",
        ),
    ),
    6: (
        "Every command is in the outbox, the journal or before somebody, or was discarded.",
        (
            "tests/sync/client/test_local.py::test_a_crash_after_an_action_loses_nothing",
            "tests/faults/test_crash_points.py::test_a_death_at_this_point_costs_nothing",
            (
                "tests/faults/test_disk.py"
                "::test_a_work_file_that_cannot_note_an_answer_still_keeps_what_comes_next"
            ),
        ),
    ),
    7: (
        "What was accepted survives a restore of the server, or is put before somebody.",
        (
            (
                "tests/sync/client/test_outbox.py"
                "::test_what_a_restored_server_has_lost_is_queued_again_in_the_order_it_was_done"
            ),
            "tests/faults/test_crash_points.py::test_a_death_at_this_point_costs_nothing",
        ),
    ),
    8: (
        "Once the loss of a scope is committed here, no row outside the scopes is here.",
        (
            "tests/sync/client/test_replica.py::test_lost_scopes_drop_what_only_they_showed",
            "tests/journeys/test_standing.py::test_a_team_lost_while_away_is_gone_on_return",
        ),
    ),
    9: (
        "No byte of what somebody may not see is ever sent to them.",
        (
            (
                "tests/sync/server/test_live.py"
                "::test_nothing_of_a_lost_scope_is_sent_after_it_was_lost"
            ),
            "tests/server/test_sync_routes.py::test_only_what_is_granted_whatever_is_asked_for",
            (
                "tests/sync/server/test_dispatch.py"
                "::test_a_target_out_of_sight_is_denied_and_not_shown"
            ),
        ),
    ),
    10: (
        "A bootstrap that is killed at any page goes on without gaps.",
        (
            "tests/sync/client/test_replica.py::test_a_bootstrap_goes_on_where_a_crash_stopped_it",
            "tests/server/test_sync_routes.py::test_a_bootstrap_goes_on_from_any_page",
            "tests/faults/test_crash_points.py::test_a_death_at_this_point_costs_nothing",
        ),
    ),
    11: (
        "A fetch that comes late never brings back what was deleted.",
        (
            (
                "tests/sync/client/test_replica.py"
                "::test_a_page_that_comes_late_brings_nothing_deleted_back"
            ),
            "tests/sync/client/test_replica.py::test_a_page_that_was_asked_for_before_scopes_were_lost_is_refused",
        ),
    ),
    12: (
        "A console that is below the horizon converges, its outbox untouched.",
        ("tests/sync/client/test_link.py::test_a_resync_fetches_what_is_newer_and_compares",),
    ),
    13: (
        "A fork is always noticed, from any place in the log that is held.",
        (
            "tests/sync/server/test_epoch.py::test_a_place_that_this_history_lacks_is_a_fork",
            "tests/sync/server/test_epoch.py::test_standing_tells_fork_from_horizon_from_fine",
            (
                "tests/faults/test_power_loss.py"
                "::test_an_older_server_comes_back_and_the_desk_follows_it"
            ),
        ),
    ),
    14: (
        "The number of an epoch is never used again.",
        (
            "tests/sync/server/test_epoch.py::test_each_life_has_a_higher_number_and_another_tag",
            "tests/sync/server/test_epoch.py::test_a_number_is_at_least_the_seconds_since_2025",
        ),
    ),
    15: (
        "What the server holds in memory for a console is bounded while that reads nothing.",
        (
            "tests/sync/server/test_live.py::test_no_more_is_sent_than_there_is_credit_for",
            (
                "tests/sync/server/test_live.py"
                "::test_without_acknowledgement_sending_stops_and_later_goes_on"
            ),
            (
                "tests/faults/test_proxy.py"
                "::test_a_desk_notices_that_nothing_gets_through_and_comes_back"
            ),
        ),
    ),
    16: (
        "A lost wake-up delays a change by one interval of the poll at most.",
        ("tests/server/test_nodes.py::test_without_nats_the_poll_brings_it",),
    ),
    17: (
        "Nobody is woken before the change can be read.",
        ("tests/store/test_writer.py::test_committed_is_told_before_the_result_is_known",),
    ),
    18: (
        "A refusal never blocks lanes that have nothing to do with it.",
        (
            "tests/sync/server/test_dispatch.py::test_a_refusal_counts_so_that_the_queue_goes_on",
            "tests/sync/client/test_link_commands.py::test_a_retry_holds_its_lane_and_no_other",
        ),
    ),
    19: (
        "Actions on a ticket keep the order in which they were done.",
        (
            "tests/server/test_sync_routes.py::test_commands_are_answered_in_their_order",
            "tests/sync/server/test_dispatch.py::test_a_gap_is_expected_and_stored_nowhere",
            (
                "tests/sync/server/test_dispatch.py"
                "::test_what_was_numbered_in_another_epoch_is_not_decided_unless_it_was_before"
            ),
            "tests/faults/test_crash_points.py::test_kill_9_at_any_moment_costs_nothing",
        ),
    ),
    20: (
        "Eviction never takes a row that an outbox, a draft or a person holds on to.",
        (
            (
                "tests/sync/client/test_holdings.py"
                "::test_eviction_takes_what_nobody_needs_and_leaves_what_work_waits_on"
            ),
            (
                "tests/sync/client/test_holdings.py"
                "::test_what_is_opened_is_fetched_and_kept_beside_the_working_set"
            ),
        ),
    ),
    21: (
        "A console of the release before keeps fields it does not know.",
        (
            "tests/sync/client/test_replica.py::test_documents_are_kept_as_they_came",
            "tests/sync/test_wire.py::test_a_server_may_add_fields",
        ),
    ),
    22: (
        "A console's clock that is ten years off changes no outcome.",
        (
            (
                "tests/faults/test_clocks.py"
                "::test_no_clock_of_a_console_changes_what_becomes_of_its_commands"
            ),
        ),
    ),
    23: (
        "Nothing flickers between an answer and the change it announces.",
        (
            "tests/sync/client/test_local.py::test_answers_in_either_order_settle_once",
            (
                "tests/sync/client/test_overlay.py"
                "::test_what_was_refused_is_not_laid_and_accepted_still_is"
            ),
        ),
    ),
    24: (
        "To catch up while the log is compacted ends where it ends without.",
        (
            (
                "tests/journeys/test_horizon.py"
                "::test_pruning_in_the_middle_of_a_catch_up_changes_nothing_in_the_end"
            ),
        ),
    ),
}
"""Number → the invariant in a sentence, and the tests that hold it, as `file::function`."""


def test_all_are_named() -> None:
    assert list(INVARIANTS) == list(range(1, COUNT + 1))


@pytest.mark.parametrize("number", INVARIANTS)
def test_an_invariant_names_tests_that_exist(number: int) -> None:
    sentence, tests = INVARIANTS[number]
    assert sentence.endswith(".")
    assert tests, "nothing holds it"
    for test in tests:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = ast.FunctionDef | ast.AsyncFunctionDef
        assert name in {node.name for node in tree.body if isinstance(node, functions)}, test
