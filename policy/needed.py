"""Which limits every edition must name, and the words that stand for a rule the program knows."""

from policy.terms import Grade

# What the program asks of every edition; without one of these it would fail on a working day.
REQUIRED_LIMITS = frozenset({
    "build_months", "rectify_months", "category_more_than", "weight_total", "execution_weight", "quantified_min",
    "start_rule", "extension_months", "extension_times", "experts_min", "defence_working_days",
    "report_working_days", "application_days", "remind_build_end", "remind_rectify", "remind_defence", "warn_share",
    "overachieve_flag", "overachieve_reason", "qualitative_full", "qualitative_partly", "target_years_max",
    "document_file_mb", "pass_grade", "publicity_working_days", "claw_back_days", "carry_over_years", "pass_on_days", "tranches",
    "remind_carry_over", "second_signature_yuan", "rolling_days",
    "batch_look_yuan", "batch_sample_share", "batch_sample_least", "ask_working_days",
    "slip_factor", "asset_card_days", "asset_general_yuan", "procurement_yuan", "split_days", "cash_yuan",
    "price_factor", "year_end_days", "year_end_share", "edge_days", "flag_growth_share", "intention_days",
    "finding_days", "found_money_ages", "audit_sample_most",
    "report_months", "report_months_studio", "reading_jump", "reverse_rule", "score_scheme", "part_year",
    "correction_working_days", "target_low_share", "library_least",
})  # fmt: skip
DAY_LISTS = frozenset({"remind_build_end", "remind_rectify", "remind_defence", "remind_carry_over", "found_money_ages"})
KNOWN_WORDS = {
    "start_rule": {"fund_issue", "document_date", "publication"},
    "pass_grade": set(Grade.values),
    "reverse_rule": {"linear", "ratio"},
    "part_year": {"wait", "prorata"},
}
