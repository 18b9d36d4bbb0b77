"""What helps people fill in forms and filters."""

from venvoy.domain.role import Role
from venvoy.testing.api import Api

ENVIRONMENTS = "/api/v1/environments"


async def test_names_of_packages_are_completed(api: Api) -> None:
    operator, viewer = await api.as_role(Role.OPERATOR), await api.as_role(Role.VIEWER)
    wish = {"name": "web", "requirements": "numpy\nPy_Nu\nsix"}
    assert (await operator.post(ENVIRONMENTS, json=wish)).status_code == 201
    answer = await viewer.get("/api/v1/packages/names", params={"search": "NU", "limit": 5})
    assert answer.json() == {
        "items": [{"name": "numpy", "version": "1.0"}, {"name": "py-nu", "version": "1.0"}],
        "next": None,
    }
    assert len((await viewer.get("/api/v1/packages/names")).json()["items"]) == 3
    refused = await viewer.get("/api/v1/packages/names", params={"limit": 101})
    assert refused.json()["code"] == "input-invalid"


async def test_labels_in_use_are_listed_and_filter(api: Api) -> None:
    operator, viewer = await api.as_role(Role.OPERATOR), await api.as_role(Role.VIEWER)
    for name, team in (("web", "x"), ("etl", "x"), ("api", "y")):
        wish = {"name": name, "requirements": "six", "labels": {"team": team}}
        assert (await operator.post(ENVIRONMENTS, json=wish)).status_code == 201
    assert (await viewer.get("/api/v1/labels")).json()["items"] == [
        {"key": "team", "value": "x", "count": 2},
        {"key": "team", "value": "y", "count": 1},
    ]
    assert (await viewer.get("/api/v1/labels", params={"of": "nodes"})).json()["items"] == []
    found = await viewer.get(ENVIRONMENTS, params={"label": "team=x"})
    assert [item["name"] for item in found.json()["items"]] == ["etl", "web"]
    found = await viewer.get(ENVIRONMENTS, params={"label": ["team=x", "team=y"]})
    assert [item["name"] for item in found.json()["items"]] == ["api", "etl", "web"]
    refused = await viewer.get(ENVIRONMENTS, params={"label": ["team=x", "team"]})
    assert refused.json()["code"] == "label-invalid"


async def test_environments_are_found_by_requirements_as_typed(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    wish = {"name": "web", "requirements": "Scikit_Learn >= 1.0"}
    assert (await operator.post(ENVIRONMENTS, json=wish)).status_code == 201
    for search in ("Scikit_Learn", "scikit-learn>=1.0", "SCIKIT.LEARN >= 1"):
        found = await operator.get(ENVIRONMENTS, params={"search": search})
        assert [item["name"] for item in found.json()["items"]] == ["web"], search
