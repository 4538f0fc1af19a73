"""Nothing of what lies out of reach shows anywhere: not its name, not as a count."""

import pytest

from tests.reports.scene import elsewhere, furnished, sibling

LISTS = ["/", "/projects/", "/alerts/", "/journal/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", ["u1", "u2"])
def test_a_unit_sees_nothing_of_a_sibling_unit(world, visit, role, path):
    own = furnished(world, name="本单位项目甲")
    furnished(world, sibling(world), name="隔壁单位项目乙")

    page = visit(getattr(world, role), path).content.decode()

    assert own.name in page
    assert "隔壁单位项目乙" not in page
    assert "第二技师学院" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", ["ch", "cf"])
def test_a_city_sees_nothing_of_another_city(world, visit, role, path):
    furnished(world, name="本市项目甲")
    furnished(world, elsewhere(world), name="外市项目乙")

    page = visit(getattr(world, role), path).content.decode()

    assert "本市项目甲" in page
    assert "外市项目乙" not in page


@pytest.mark.django_db
def test_what_is_out_of_reach_is_not_counted(world, visit):
    furnished(world)
    furnished(world, sibling(world))

    board = visit(world.u1, "/").context["board"]
    figures = {tile["label"]: tile["value"] for tile in board.tiles}

    assert figures == {"在管项目": 1, "在管项目执行率": "30.00", "待我办理": figures["待我办理"], "未解除的预警": 1}
    assert board.tiles[1]["note"] == "已支出 210.00 / 预算 700.00 万元"
    for path in ("/projects/", "/alerts/", "/journal/"):
        assert visit(world.u1, path).context["page_obj"].paginator.count == 1


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "journal/"])
@pytest.mark.parametrize("role", ["u1", "u2"])
def test_the_dossier_of_a_sibling_is_not_found(world, visit, role, page):
    hidden = furnished(world, sibling(world))

    assert visit(getattr(world, role), f"/projects/{hidden.pk}/{page}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/projects/", "/projects/export/", "/alerts/", "/journal/"])
def test_a_system_administrator_reads_no_business(world, visit, path):
    assert visit(world.sa, path).status_code == 403


@pytest.mark.django_db
def test_a_system_administrator_finds_the_accounts_on_the_workbench(world, visit):
    furnished(world, name="业务项目")

    page = visit(world.sa, "/").content.decode()

    assert "/accounts/users/" in page
    assert "业务项目" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/projects/", "/projects/1/", "/alerts/", "/journal/"])
def test_whoever_is_not_signed_in_is_sent_to_the_login(client, path):
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
