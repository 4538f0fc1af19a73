"""No paper leaves the house with a check code that /verify/ does not know: whichever address it leaves by."""

import ui.download
from papers import Paper
from projects.models import PrintedPaper
from tests.permissions.routes import every_route
from tests.permissions.scene import signed_in


def test_no_address_gives_a_paper_with_a_code_that_is_not_registered(house, monkeypatch):
    left: list[tuple[str, Paper]] = []
    real = ui.download.render
    asked = ""

    def render(paper, kind):
        left.append((asked, paper))
        return real(paper, "xlsx")

    monkeypatch.setattr(ui.download, "render", render)
    place = house.places["own"]
    client = signed_in(house.people["PH"], raise_request_exception=False)
    for route in every_route():
        if route.is_api or not any(word in route.pattern for word in ("pdf", "xlsx", "file", "print", "paper")):
            continue
        asked = route.name
        client.get(route.address(place))

    known = {one.spelled for one in PrintedPaper.objects.all()}
    assert {"lifecycle:decision_pdf", "lifecycle:f10", "performance:f02"} <= {name for name, _ in left}
    assert {name for name, paper in left if paper.code and paper.code not in known} == set()
