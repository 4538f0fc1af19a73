"""For the machine that watches this one: no login, no figures, only whether it works."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifecycle.clock import PULSE
from lifecycle.models import Heartbeat


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 where the database answers and the scheduler has a pulse, else 503 and which of them is out."""
    try:
        beat = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
        database = True
    except DatabaseError:
        beat, database = None, False
    scheduler = beat is not None and timezone.now() - beat < PULSE
    well = database and scheduler
    said = {"status": "ok" if well else "fail", "database": database, "scheduler": scheduler}
    return JsonResponse(said, status=200 if well else 503)
