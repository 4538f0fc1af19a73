"""法定代表人 on F10, 主管部门及代码 on F04, the departments on F02: as they were registered on the day of the form."""

from datetime import date

import pytest

from accounts.models import OrganisationFact
from lifecycle.queries.printing import printables
from papers import Grid
from performance import f02, f04
from performance.queries.monitoring import monitoring_of
from tests.lifecycle import scene
from tests.performance import life
from tests.performance import round_scene as rounds

pytestmark = pytest.mark.django_db


def texts(paper):
    return [cell.text for block in paper.blocks if isinstance(block, Grid) for row in block.rows for cell in row]


def known(unit, kind, value, since=date(2000, 1, 1)):
    return OrganisationFact.objects.create(organisation=unit, kind=kind, value=value, since=since)


def test_the_application_names_the_legal_representative_of_its_day(world):
    project = scene.applied(world).project
    day = project.acceptances.get().applied_on
    known(project.organisation, "legal_person", "赵一")
    known(project.organisation, "legal_person", "钱二", date.max)

    (form,) = [one for one in printables(project, world.ph, day) if one.form == "F10"]
    said = texts(form.build())

    assert said[said.index("法定代表人") + 1] == "赵一"


def test_the_monitoring_form_names_the_department_and_its_code(world):
    one = rounds.made(rounds.building(world), world)
    plain = f04.content(one, monitoring_of(one, known=one.cut_off))["department"]
    known(world.province_hr, "budget_code", "047001")

    assert (plain, f04.content(one, monitoring_of(one, known=one.cut_off))["department"]) == (
        world.province_hr.name,
        f"{world.province_hr.name}（047001）",
    )


def test_without_a_registered_department_the_edition_names_it(world):
    one = rounds.made(rounds.building(world), world)
    type(world.province_hr).objects.filter(pk=world.province_hr.pk).update(line="audit")

    assert f04.content(one, monitoring_of(one, known=one.cut_off))["department"] == one.project.edition.province_hr


def test_the_targets_name_the_departments_of_the_province(world):
    from tests import factories as make

    project = make.project(world.unit)
    life.filled(project, world)

    said = f02.content(project, project.target_sheets.get())

    assert (said["hr"], said["finance"]) == (world.province_hr.name, world.province_finance.name)
