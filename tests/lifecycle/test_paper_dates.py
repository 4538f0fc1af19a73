"""Each paper names the unit as it was called on the day of that paper, and bears a code only once it is registered."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganisationName
from lifecycle import acceptance_prints, prints
from lifecycle.operations.printing import register_prints
from lifecycle.papers import register_paper
from lifecycle.queries import acceptance_of
from projects.models import Decision, Project
from tests.lifecycle import scene
from tests.lifecycle.paper_texts import of_pdf, said, squeezed
from tests.lifecycle.scene import APPLIED, ORDERED, day
from tests.lifecycle.test_papers import ON, concluded
from tests.permissions.scene import signed_in

OLD = "示例旧名学院"


def renamed(story, until):
    OrganisationName.objects.create(
        organisation=story.project.organisation, name=OLD, until=until, document="示例更名文件"
    )
    return Project.objects.select_related("organisation__node").get(pk=story.pk)


def test_an_application_and_its_opinion_go_each_by_its_own_day(world):
    """Applied for before the rename, concluded after it."""
    project = renamed(concluded(world), day(20, APPLIED))
    own = (project, acceptance_of(project))

    named = [
        acceptance_prints.application(*own, on=ON)["unit"],
        acceptance_prints.opinion(*own, reader=world.ph, on=ON)["unit"],
    ]

    assert named == [OLD, project.organisation.name]
    assert OLD in said(acceptance_prints.application_paper(*own, on=ON), "pdf")


@pytest.mark.parametrize(("after", "old"), [(1, True), (0, False)], ids=["the day before the rename", "its day"])
def test_an_order_and_its_receipt_go_by_the_day_of_the_order(world, after, old):
    story = scene.rectifying(world)
    project, order = renamed(story, day(after, ORDERED)), Decision.objects.get(kind="T29")

    order_text, slip = prints.content(project, order), prints.content(project, order, receipt=True)

    name = OLD if old else project.organisation.name
    assert (order_text["unit"], dict(slip["parts"])["受送达人"]) == (name, [name])


def test_the_register_of_problems_goes_by_today(world):
    project = renamed(scene.rectifying(world), day(1, ORDERED))

    assert OLD not in said(register_paper(project, world.ph, ON), "docx")


@pytest.mark.parametrize("form", ["F12", "receipt", "F13", "F10"])
def test_an_address_prints_the_code_of_a_registered_print_and_no_other(world, form):
    story = scene.rectifying(world)
    order = Decision.objects.get(kind="T29")
    name, key, args, query = {
        "F12": ("paper", f"F12-{order.pk}", [order.pk], ""),
        "receipt": ("receipt", f"receipt-{order.pk}", [order.pk], ""),
        "F13": ("f13", f"F13-{order.pk}", [], f"?order={order.pk}"),
        "F10": ("f10", "F10-1", [], ""),
    }[form]
    url, client = reverse(f"lifecycle:{name}", args=[story.pk, *args]) + query, signed_in(world.ph)
    before = squeezed(of_pdf(client.get(url).content))

    (printed,) = register_prints(story.pk, keys=[key], actor=world.ph, on=timezone.localdate())

    after = squeezed(of_pdf(client.get(url).content))
    assert ("未登记的预览" in before, "校验码" in before) == (True, False)
    assert (printed.spelled in after, "未登记的预览" in after) == (True, False)
