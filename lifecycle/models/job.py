"""Runs of the jobs, and the pulse of the scheduler."""

from django.db import models


class JobRun(models.Model):
    """One run of a job for one day: the unique row claims the work, so two schedulers do it once."""

    class State(models.TextChoices):
        RUNNING = "running", "运行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    job = models.CharField("任务", max_length=40)
    slot = models.DateField("业务日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.RUNNING)
    lease_until = models.DateTimeField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    detail = models.CharField("结果", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务运行"
        ordering = ["-slot", "job"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="one_run_a_job_and_day")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"


class Heartbeat(models.Model):
    """When the scheduler last said it is alive."""

    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return str(self.at)
