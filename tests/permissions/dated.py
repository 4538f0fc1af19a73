"""What the addresses of the dates name: a closed date with a proposal to move it, a published arrangement."""

from datetime import date

from accounts.models import HolidayArrangement
from lifecycle.models import DateMove, Deadline

START = date(2025, 3, 1)


def dated(world, place):
    row = Deadline.objects.create(
        project=place.project, rule="target_resubmit", due_on=date(2025, 3, 14), basis="系统默认", opened_on=START,
        state=Deadline.State.MET, closed_on=START,
    )  # fmt: skip
    move = DateMove.objects.create(
        deadline=row, old_on=date(2025, 3, 14), new_on=date(2025, 3, 17), document="示例放假安排", proposed_on=START
    )
    paper, _ = HolidayArrangement.objects.get_or_create(
        number="示例放假安排",
        defaults={
            "title": "放假安排", "dated_on": START, "name": "安排.pdf", "size": 1, "content_type": "application/pdf",
            "sha256": "0" * 64, "path": "25/03/none.pdf", "recorded_by": world.ph, "recorded_on": START,
        },
    )  # fmt: skip
    return {"move_id": move.pk, "arrangement_id": paper.pk, "key": "k" * 40, "day": "2026-03-02"}
