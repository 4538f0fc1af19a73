from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "报表"

    def ready(self) -> None:
        """The scheduler and 登记打印 stand below and know no reports: what they do with them is put in here."""
        from lifecycle.jobs import JOBS
        from lifecycle.queries.province_printing import FINDERS
        from reports.digests import send_weekly
        from reports.periodic.kept import scheduled
        from reports.province_papers import FORMS, list_of
        from reports.statistics.kept import nightly

        JOBS["weekly_digest"] = send_weekly
        JOBS["statistics"] = lambda on: nightly()
        JOBS["periodic"] = scheduled
        FINDERS.update(dict.fromkeys(FORMS, list_of))
