"""The menu: what each line is called, where it leads, and the row of permissions.json a reader needs for it.

Groups follow the work of an office: what comes to me first, then money, performance, supervision, and what stands behind.
"""

Line = tuple[str, str, str, str | None]  # label, URL name, icon, permission (None: everyone)

GROUPS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "",
        (
            ("工作台", "reports:workbench", "layout-dashboard", None),
            ("项目台账", "reports:projects", "folder-kanban", "project:list/view"),
            ("联合决定", "lifecycle:decisions", "signature", "joint decision:view"),
            ("期限", "lifecycle:deadlines", "calendar-days", "project:list/view"),
            ("预警", "reports:alerts", "triangle-alert", "alert:view"),
        ),
    ),
    (
        "专项资金",
        (
            ("资金文件", "funds:documents", "wallet", "allocation:view"),
            ("支出明细", "funds:all_payments", "receipt", "spending:view payments and batches"),
            ("结转资金", "funds:carry_over", "hourglass", "carry-over:view"),
            ("疑点", "funds:flags_all", "flag", "spending:view flags of all projects"),
            ("问题资金", "funds:all_found_money", "shield-alert", "found money:view"),
        ),
    ),
    (
        "绩效",
        (
            ("监测轮次", "performance:rounds", "calendar-check", "round:view"),
            ("绩效自评", "performance:all_assessments", "clipboard-check", "evaluation:view of all projects"),
            ("区域绩效", "performance:regions", "sigma", "region 区域绩效:view"),
            ("年度考核", "lifecycle:all_yearly", "award", "yearly assessment:view of all projects"),
        ),
    ),
    (
        "监督与验收",
        (
            ("检查", "lifecycle:all_inspections", "search-check", "inspection:view"),
            ("问题台账", "lifecycle:all_problems", "list-checks", "problem:view of all projects"),
            ("我的评审", "lifecycle:assignments", "pencil", "acceptance:score"),
            ("专家库", "lifecycle:experts", "graduation-cap", "acceptance:assign experts"),
        ),
    ),
    (
        "统计与报表",
        (
            ("统计分析", "reports:statistics", "chart-column", "statistics 统计分析:view"),
            ("截至日统计", "reports:as_of", "history", "statistics 统计分析:view"),
            ("定期报告", "reports:periodic", "file-text", "periodic report 定期报告:view"),
            ("报表打印", "reports:province_papers", "printer", "report:view province lists"),
        ),
    ),
    (
        "依据与设置",
        (
            ("办理流程", "lifecycle:machine", "workflow", "edition 政策依据:view"),
            ("政策依据", "reports:policy", "book-open", "edition 政策依据:view"),
            ("名单导入", "projects:import", "upload", "award:import / register draft"),
            ("接口令牌", "accounts:tokens", "key-round", "api_token:create own"),
            ("邮件发件箱", "accounts:outbox", "mail", "setting:technical"),
            ("账号与单位", "accounts:users", "users", "user:view"),
            ("放假安排", "lifecycle:holidays", "calendar-off", "holiday:extend"),
            ("系统时间", "lifecycle:clock", "clock", "job:run now / pause"),
            ("操作日志", "reports:journal_all", "scroll-text", "audit:view business events"),
        ),
    ),
)

LINES = tuple(
    {"group": group, "label": label, "url_name": url, "icon": icon, "needs": needs}
    for group, lines in GROUPS
    for label, url, icon, needs in lines
)
