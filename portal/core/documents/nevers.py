"""The table of what can never happen: each sentence, what of the database holds it, and where it is attacked.

`tests/core/test_nevers.py` keeps it whole: every guard named here stands in the database and is met by name in one of
the modules named beside it, and every module of `tests/guards/` stands in some row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portal.core.documents.words import english, table
from portal.core.errors import constraint_message

LEAD: Final = """## Every “never”, and what holds it

What a person reads is the sentence of the guard; where a policy or a missing right of the role refuses, it is “The
database refused this: it lies outside what you may change.”, and rows outside the scope are not found at all.
"""
OUTSIDE: Final = "The database refused this: it lies outside what you may change."


@dataclass(frozen=True)
class Never:
    """One sentence. held: constraints, triggers, policies (by their common beginning); attacked: modules of tests."""

    words: str
    held: tuple[str, ...]
    attacked: tuple[str, ...]


NEVERS: Final = (
    Never("A user reads or writes a row outside its organisations and scope; with no scope set, there is no row.",
          ("application_rows", "award_rows", "entry_rows", "audit_event_rows"),
          ("rows", "applications_scope", "grants_papers", "grants_policies", "grants_rows", "sections", "projects")),
    Never("The web and the workers own no table, pass no policy, step up to no other role, and write no migration as "
          "done.",
          (), ("rows",)),
    Never("A guard that a session passes by what it sets: an ignored trigger, another table of the name, an old view.",
          ("written_in_read_committed",), ("switched_off",)),
    Never("A batch that one ministry opens for both, under terms the other has not signed, or with rules that change.",
          ("batch_open_needs_both_ministries", "rule_set_is_frozen"), ("batches_opened",)),
    Never("A person steps into work that is another's: unsaved text, comments, sections, a partner's part.",
          ("unsaved_is_small", "comment_stays", "partner_writes_its_part", "section_owner_is_colleague"),
          ("applications_together", "applications_partners", "applications_scope", "sections")),
    Never("A payment above what was received; a pass-on or a payment of money that is not there.",
          ("account_never_below_zero", "pass_on_within_issue", "payments_within_support"),
          ("grants_money", "grants_races", "grants_last_yuan", "grants_reversals")),
    Never("A tranche above its share, or a second tranche before a passed assessment.",
          ("issue_within_tranche", "second_tranche_after_assessment", "second_tranche_within_reduction"),
          ("grants_money", "grants_assessing", "grants_races")),
    Never("An award above the cap or the batch's budget.",
          ("award_within_cap", "award_within_budget"), ("grants_money", "grants_issue_races", "grants_races", "lines")),
    Never("Two applications in a batch of a unit and of one that follows it by law or shares a district with it; a "
          "place or an enterprise that becomes another, follows itself, or forgets its name.",
          ("application_once_per_line", "unit_followed_has_ended", "unit_follows_another", "reference_is_kept"),
          ("lines", "lines_of_pairs")),
    Never("A new place or enterprise that takes over a body of others by its code.",
          ("unit_code_of_its_kind", "unit_names_its_districts", "soe_code_of_its_kind", "body_is_anothers"),
          ("lines_bodies",)),
    Never("Project support above its share, beside other national money, or for a project the plan does not hold.",
          ("support_within_share", "project_support_within_share", "project_not_supported_twice", "payment_not_held",
           "payment_of_living_project"),
          ("grants_money", "grants_by_plan", "grants_ended", "grants_paying", "applications_money", "projects")),
    Never("Money signed by one person alone, or by anyone outside the finance departments.",
          ("money_signed_by_oneself", "money_only_by_finance", "award_checker_is_not_maker"),
          ("grants_papers", "grants_money", "grants_issue_papers", "grants_ledger", "grants_successors")),
    Never("A paper of money that changes after it was signed, or a document that differs from its lines.",
          ("money_paper_is_kept", "issue_paper_adds_up", "line_of_its_paper"),
          ("grants_papers", "grants_issue_papers", "grants_issue_races", "grants_triggers")),
    Never("A ledger entry that is changed, deleted or out of balance; a balance set by hand.",
          ("ledger_is_append_only", "entry_balances", "account_by_ledger_only", "sum_by_ledger_only"),
          ("grants_ledger", "grants_dashboards", "tampering")),
    Never("A lost update, or a booking that is half done after a crash.",
          ("line_on_its_way", "reversal_is_the_opposite"),
          ("grants_races", "grants_rivals", "grants_checkers_at_once", "grants_crash", "grants_reversals",
           "applications_races", "reviews_races", "pool_races")),
    Never("An entry in a closed year.",
          ("entry_in_closed_year", "years_in_turn", "year_is_over"), ("grants_years",)),
    Never("A batch that ends before its final results, is archived by one ministry or with something open, or changes "
          "after that.",
          ("batch_assessed_after_all_results", "batch_archived_when_nothing_is_open",
           "batch_archived_by_both_ministries", "archive_signed_by_mof", "archive_step_is_kept", "batch_is_archived"),
          ("grants_ending", "grants_ending_races")),
    Never("Money given back, used or recovered beyond what there is.",
          ("return_within_held", "recovery_withdrawn_by_both", "recovery_is_outstanding"),
          ("grants_use", "grants_use_signed")),
    Never("A bank line or an order counted twice, or matched beyond its paper.",
          ("bank_lines_within_paper", "bank_history_stays", "bank_order_adds_up"),
          ("grants_bank", "grants_bank_races")),
    Never("A report, an evaluation or an acceptance that changes after it was signed.",
          ("report_is_frozen", "evaluation_is_frozen", "acceptance_is_frozen"),
          ("grants_performance", "grants_assessing")),
    Never("A joint applicant committed by one person alone, or without its letter.",
          ("partner_commits_by_two", "partner_commits_with_letter"),
          ("applications_partners", "applications_people")),
    Never("A submission after the deadline.",
          ("submission_after_deadline", "snapshot_after_deadline"), ("applications_deadline",)),
    Never("A snapshot that differs from what was signed; a dossier that changes after it was signed.",
          ("snapshot_is_what_was_signed", "dossier_is_frozen", "snapshot_keeps_its_roster", "roster_is_frozen"),
          ("applications_frozen", "applications_people", "applications_correction", "roster")),
    Never("A dossier that anybody but its own drafters writes.",
          ("application_written_by_drafter",), ("applications_written",)),
    Never("A joint applicant committed to what it was not asked for, or by one person; a pair that another one parts.",
          ("partner_commits_to_what_was_asked", "partner_commits_by_two", "part_is_what_was_asked"),
          ("applications_asked", "applications_partners")),
    Never("A recommendation by one department alone, above the quota, or after its time.",
          ("recommendation_needs_both", "province_quota", "recommendation_after_deadline"),
          ("applications_province", "applications_examination", "applications_races")),
    Never("A plan that changes without its request, step by step and in turn; a number of a project given twice.",
          ("plan_version_in_turn", "change_is_kept", "change_touches_one_thing", "change_number_is_new"),
          ("applications_plans",)),
    Never("A row that is born with what only a later step writes; a signature beside its step, in the name of another "
          "or of another day.",
          ("application_is_frozen", "change_step_by_role", "part_is_what_was_asked"), ("applications_born",)),
    Never("A guard that does not see what it asks, because the settings of the scope hide it, or another session.",
          ("province_quota", "province_rank_once", "funding_central_within_support", "project_not_supported_twice",
           "pass_after_its_correction", "application_step_by_role", "partner_within_limit"),
          ("applications_hidden",)),
    Never("A finding of a check that is rewritten, or seen by those it is about.",
          ("check_run_fits_submission",), ("applications_findings",)),
    Never("A score given or seen by someone with a conflict, or by somebody it was not assigned to.",
          ("assignment_without_conflict", "review_is_ones_own", "waiver_of_a_derived_conflict"),
          ("reviews_scores", "reviews_interests", "reviews_scoring", "lines_at_once")),
    Never("A score changed after the lock, or a result that does not follow from the scores; a submitted score that is "
          "given away.",
          ("score_is_locked", "relief_before_the_review", "interest_before_the_lock", "panel_result_is_the_mean",
           "result_needs_both_ministries"),
          ("reviews_scores", "reviews_rest", "reviews_results", "reviews_scoring", "reviews_turns")),
    Never("Reviewers chosen by hand where the lot decides; proposals that change after they were computed.",
          ("draw_is_as_drawn", "draw_from_the_whole_pool", "proposal_is_kept"),
          ("reviews_drawing", "reviews_proposals")),
    Never("A defence out of the drawn order, or marks revised before the hearing.",
          ("agenda_as_drawn", "revision_after_the_hearing", "defence_of_the_best", "session_seats_stay"),
          ("reviews_defence", "reviews_unscoped")),
    Never("A decision that is not the scenario, is of a unit that has left, or that one ministry signs for both.",
          ("decision_is_the_scenario", "decision_needs_two_ministries", "decision_is_signed_by_its_ministry",
           "decision_signed_as_seen", "candidate_set_stays", "selection_asks_of_the_frozen_set",
           "decision_of_who_is_judged"),
          ("reviews_decisions", "reviews_record", "reviews_selection", "reviews_turns")),
    Never("A final list before the publicity is over and its objections are answered, or one that grows after it was "
          "issued.",
          ("final_needs_answers", "entry_released_after_answers", "replacement_by_both_ministries",
           "entry_final_by_a_list"),
          ("reviews_publicity", "reviews_objections", "reviews_decisions", "reviews_turns", "reviews_unscoped")),
    Never("A publicity that is over before anybody could object.",
          ("publicity_begins_when_published", "publicity_lasts_its_days"),
          ("reviews_publicity", "reviews_objections", "reviews_decisions")),
    Never("A receipt that gains days for passing money on: of a day to come, or later than the bank's.",
          ("issue_received_by_today", "issue_received_by_the_bank", "return_received_by_today"),
          ("grants_receipts", "grants_use_signed")),
    Never("A row of money that is born with what only a later step writes; a moment or a day that a statement names "
          "for itself; a sum told to nobody.",
          ("award_passed_by_assessment", "issue_received_once", "return_received_once", "paper_dated_by_today",
           "pass_on_by_today", "assessment_by_today", "arrival_after_pass_on", "batch_assessed_by_miit"),
          ("grants_born", "grants_moments", "grants_scopes")),
    Never("An audit record changed, removed or reordered without the verifier saying where.",
          ("audit_is_append_only", "trail_seal_stays"), ("audit_chain", "tampering")),
    Never("An event of another day, in the name of another, or of what the database alone does.",
          ("audit_event_is_ones_own",), ("audit_told",)),
    Never("Someone who is an auditor and nothing else changes a row that is no object of audits.",
          (), ("auditors_only_read",)),
    Never("A finding that changes after it was shown, goes on without its paper, or is closed by who raised it.",
          ("finding_text_stays", "finding_is_fixed", "finding_moved_by_its_paper", "finding_closed_by_another",
           "answer_of_the_audited_body"), ("audit_findings", "audit_papers", "audit_origins", "audit_rows")),
    Never("A sample, a result or an evaluation that changes, or is not of the items that were drawn.",
          ("sample_never_changes", "sample_result_stays", "sample_evaluation_stays", "analysis_result_stays"),
          ("audit_instruments",)),
    Never("Evidence that was taken away changes, or is made by anyone but an auditor.",
          ("evidence_bundle_stays", "evidence_bundle_rows", "evidence_bundle_is_kept_a_while"),
          ("tampering", "audit_evidence")),
    Never("A file served to someone who may not see the object it hangs on; a file that changes.",
          ("upload_only_grows", "seal_check_stays", "attachment_is_kept"),
          ("applications_files", "applications_frozen", "grants_papers", "tampering")),
    Never("Open data that tells more than what is published: a batch before its final list, a score, a person.",
          ("open_file_stays", "open_file_rows"), ("open_data",)),
    Never("One person holding two of the three administrator roles, or an administrator with business rights.",
          ("membership_one_administrator_role", "membership_administrator_has_no_business",
           "membership_money_only_in_finance"),
          ("memberships",)),
    Never("A body that becomes another, or moves to another place, and takes the rights of its members along.",
          ("organisation_is_kept",), ("memberships",)),
    Never("A second factor that somebody else adds, changes, passes on or takes away; a key that opens two accounts.",
          ("second_factor_is_ones_own", "mfa_key_once"), ("second_factors",)),
    Never("An API token that never ends, that somebody else brings back, or that is revoked in another's name.",
          ("api_token_stays", "api_token_ends_within_a_year", "api_token_revoked_by_someone"), ("tokens",)),
)  # fmt: skip


def text() -> str:
    """The table, a sentence each row."""
    rows = [
        (
            never.words,
            ", ".join(f"`{name}`" for name in never.held) or "grants of the role",
            ", ".join(f"`test_{name}`" for name in never.attacked),
            " ".join(dict.fromkeys(_said(name) for name in never.held)) or OUTSIDE,
        )
        for never in NEVERS
    ]
    return f"{LEAD}\n{table(['never', 'held by', 'attacked in tests/guards/', 'what a person reads'], rows)}"


def _said(name: str) -> str:
    guard = None if name.endswith("_rows") else constraint_message(name)
    return english(guard.message) if guard and guard.message else OUTSIDE
