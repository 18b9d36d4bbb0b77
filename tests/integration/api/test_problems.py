"""Every failure is one document, in the reader's language, without a detail too many."""

import json

import httpx
import pytest
from starlette.requests import Request
from starlette.routing import Route

from venvoy.api import limits
from venvoy.domain.role import Role
from venvoy.testing.api import Api


def problem(answer: httpx.Response) -> dict[str, object]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document: dict[str, object] = answer.json()
    assert document["status"] == answer.status_code
    assert document["message"]
    return document


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1", "/api", "/api/", "/simple/x"])
async def test_unknown_paths_below_the_api_are_no_pages(api: Api, path: str) -> None:
    client = await api.client(Accept="text/html")
    answer = await client.get(path)
    assert answer.status_code == 404
    assert problem(answer)["code"] == "path-unknown"


async def test_a_wrong_method_names_the_right_ones(api: Api) -> None:
    answer = await (await api.client()).put("/api/v1/session")
    assert answer.status_code == 405
    assert problem(answer)["code"] == "method-not-allowed"
    assert "POST" in answer.headers["allow"]


async def test_wrong_fields_are_all_named_in_the_readers_language(api: Api) -> None:
    admin = await api.as_role(Role.ADMIN)
    wish = {"username": "ann", "role": "king", "colour": "red"}
    answer = await admin.post("/api/v1/users", json=wish)
    document = problem(answer)
    assert answer.status_code == 422
    assert document["code"] == "input-invalid"
    assert document["params"]["fields"] == ["password", "role", "colour"]  # type: ignore[index]
    assert "`password`: is needed" in str(document["message"])
    assert "'viewer', 'operator' or 'admin'" in str(document["message"])
    chinese = await admin.post(
        "/api/v1/users", json=wish, headers={"Accept-Language": "fr, zh;q=0.9, en;q=0.8"}
    )
    assert "`password`: 必须填写" in chinese.json()["message"]


async def test_a_value_that_was_sent_is_never_repeated(api: Api) -> None:
    admin = await api.as_role(Role.ADMIN)
    wish = {"username": ["s3cret"], "password": {"s3cret": 1}}
    answer = await admin.post("/api/v1/users", json=wish)
    assert problem(answer)["code"] == "input-invalid"
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"\xff"])
async def test_what_is_no_document_is_refused(api: Api, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await (await api.client()).post("/api/v1/session", content=body, headers=headers)
    assert problem(answer)["code"] in {"input-invalid", "request-refused"}
    assert answer.status_code in {400, 422}


async def test_what_is_not_json_is_named_by_the_body_not_by_a_position(api: Api) -> None:
    client = await api.signed_in()
    json = {"Content-Type": "application/json"}
    answer = await client.post("/api/v1/users", content=b"{bad", headers=json)
    assert answer.json()["params"]["reasons"] == ["`body`: is not valid JSON"]


@pytest.mark.parametrize(
    "path",
    [
        f"events?after={2**63}",
        f"operations/x/log?after={2**63}",
        "environments/web/export?revision=0",
        f"environments/web/export?revision={2**31}",
    ],
)
async def test_a_number_that_no_row_can_have_is_refused(api: Api, path: str) -> None:
    answer = await (await api.signed_in()).get(f"/api/v1/{path}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "input-invalid"


async def test_a_body_that_is_too_long_is_refused_announced_or_not(api: Api) -> None:
    client = await api.client()
    body = b"x" * (limits.BODY_BYTES + 1)

    async def pieces() -> object:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    for content in (body, pieces()):
        answer = await client.post("/api/v1/session", content=content)  # type: ignore[arg-type]
        assert answer.status_code == 413
        assert problem(answer)["code"] == "body-too-large"


async def test_a_body_in_pieces_is_understood(api: Api) -> None:
    async def pieces() -> object:
        yield b'{"username": "nobody", '
        yield b'"password": "wrong password"}'

    headers = {"Content-Type": "application/json"}
    answer = await (await api.client()).post(
        "/api/v1/session",
        content=pieces(),  # type: ignore[arg-type]
        headers=headers,
    )
    assert problem(answer)["code"] == "sign-in-failed"


async def test_the_unexpected_has_an_id_and_no_details(
    api: Api, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(_: Request) -> None:
        raise RuntimeError("the password is s3cret")

    api.app.router.routes.insert(0, Route("/broken", broken))
    answer = await (await api.client()).get("/broken")
    document = problem(answer)
    assert answer.status_code == 500
    assert document["code"] == "internal-error"
    assert "s3cret" not in answer.text
    incident = document["params"]["incident"]  # type: ignore[index]
    assert str(incident) in caplog.text + "".join(capsys.readouterr())


async def test_every_answer_is_safe_in_a_browser(api: Api) -> None:
    client = await api.client()
    for path in ("/healthz", "/api/v1/nothing", "/api/v1/session", "/venvoy.svg"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_the_description_is_served_and_its_pages_from_elsewhere_are_not(api: Api) -> None:
    client = await api.client()
    described = json.loads((await client.get("/api/openapi.json")).text)
    assert "/api/v1/environments" in described["paths"]
    assert "Problem" in described["components"]["schemas"]
    operations = [
        operation["operationId"]
        for methods in described["paths"].values()
        for operation in methods.values()
    ]
    assert len(operations) == len(set(operations))
    for path in ("/api/docs", "/api/redoc"):
        assert (await client.get(path)).status_code == 404


async def test_readiness_names_the_part_that_fails(api: Api) -> None:
    client = await api.client()
    api.health.works("outbox")
    assert (await client.get("/readyz")).json()["ready"] is True
    api.health.fails("outbox", RuntimeError("details"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"][0]["code"] == "controller-part-crashed"
    assert "details" not in answer.text
    version = (await client.get("/api/v1/version")).json()
    assert version["api"] == "v1"
