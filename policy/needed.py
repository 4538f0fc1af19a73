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
    "problem_days", "problem_escalate_days",
    "report_months", "report_months_studio", "reading_jump", "reverse_rule", "score_scheme", "part_year",
    "correction_working_days", "target_low_share", "library_least",
    "remind_standard", "remind_overdue", "target_review_working_days", "target_resubmit_working_days", "serve_days",
    "self_evaluation_months",
    "risk_report_overdue", "risk_report_late", "risk_report_most", "risk_money_most", "risk_problem_severe",
    "risk_problem_major", "risk_problem_minor", "risk_flag", "risk_problem_most", "risk_target",
    "risk_target_most", "risk_hold", "risk_deadline", "risk_deadline_most", "risk_high",
    "risk_middle",
    "inspectors_min", "inspection_amount_yuan", "inspection_risk_score", "inspection_rest_share",
    "inspection_opinion_working_days", "inspection_conflict_years",
    "service_days_direct", "service_days_left", "service_days_post", "service_days_electronic", "service_days_public",
    "review_days", "lawsuit_months", "false_answer_working_days",
    "experts_min_studio", "acceptance_way", "acceptance_way_studio", "expert_points", "expert_points_studio",
    "acceptance_pack", "acceptance_pack_studio", "acceptance_days", "pack_mend_working_days",
    "yearly_report_months", "yearly_grades", "yearly_failed",
})  # fmt: skip
# 专家评审表: 项目:分,项目:分. 验收材料: by their names.
POINT_LISTS = frozenset({"expert_points", "expert_points_studio"})
PAPER_LISTS = frozenset({"acceptance_pack", "acceptance_pack_studio"})
PAPERS = ("绩效自评表", "资金收支情况表", "专项审计报告", "资产登记清单")
DAY_LISTS = frozenset({
    "remind_standard", "remind_overdue", "remind_build_end", "remind_rectify", "remind_defence", "remind_carry_over",
    "found_money_ages",
})  # fmt: skip
# The words as people read them.
WORDS = {
    "fund_issue": "资金文件下达之日",
    "document_date": "立项文件成文之日",
    "publication": "名单公布之日",
    "linear": "线性扣减",
    "ratio": "目标值÷实际值",
    "wait": "满一年再判定",
    "prorata": "按月数折算",
    "required": "必填",
    "site": "现场验收",
    "documents": "材料验收",
    **{str(grade.value): str(grade.label) for grade in Grade},
}
KNOWN_WORDS = {
    "start_rule": {"fund_issue", "document_date", "publication"},
    "pass_grade": set(Grade.values),
    "reverse_rule": {"linear", "ratio"},
    "part_year": {"wait", "prorata"},
    "acceptance_way": {"site", "documents"},
    "acceptance_way_studio": {"site", "documents"},
}
