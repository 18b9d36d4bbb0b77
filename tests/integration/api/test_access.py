"""Every route states its role, and lets in nobody below it."""

import re
from itertools import chain

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from venvoy.api.auth import KeySigned, Needs, NodeSigned, Open, Viewer, access_of, check_routes
from venvoy.api.routes import INSTALL, PREFIX, PROBES, VERSIONED
from venvoy.domain.role import Role
from venvoy.testing.api import Api

VERSIONED_ROUTES = [
    (PREFIX + route.path, method, route)
    for router in VERSIONED
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
PROBE_ROUTES = [
    (route.path, method, route)
    for route in PROBES.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
INSTALL_ROUTES = [
    (route.path, method, route)
    for route in INSTALL.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
ROUTES = VERSIONED_ROUTES + PROBE_ROUTES + INSTALL_ROUTES

# What needs no role is listed here by hand: a new open route must be a decision.
OPEN = {
    ("POST", "/api/v1/session"),
    ("GET", "/api/v1/version"),
    ("GET", "/api/v1/ca"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    # What bare machines fetch; there is no secret in it.
    *((method, path) for path, method, _ in INSTALL_ROUTES),
}
# Signed by a key that no node has yet.
JOINING = {("POST", "/api/v1/node/join")}
SIGNED = {
    ("POST", "/api/v1/node/credentials"),
    ("POST", "/api/v1/node/leave"),
    ("GET", "/api/v1/locks/{digest}"),
    ("GET", "/api/v1/node/pythons/{digest}"),
}
ADMIN = {
    ("GET", "/api/v1/users"),
    ("POST", "/api/v1/users"),
    ("GET", "/api/v1/users/{username}"),
    ("DELETE", "/api/v1/users/{username}"),
    ("GET", "/api/v1/audit"),
    ("POST", "/api/v1/blocks"),
    ("DELETE", "/api/v1/blocks/{block}"),
    ("GET", "/api/v1/node-tokens"),
    ("POST", "/api/v1/node-tokens"),
    ("DELETE", "/api/v1/node-tokens/{token}"),
    ("DELETE", "/api/v1/nodes/{name}"),
}
# A viewer's own: the session, the password, tokens no stronger than itself.
OWN = {
    ("DELETE", "/api/v1/session"),
    ("PATCH", "/api/v1/users/{username}"),
    ("POST", "/api/v1/tokens"),
    ("DELETE", "/api/v1/tokens/{token}"),
}


def expected(method: str, path: str) -> object:
    if (method, path) in OPEN:
        return Open()
    if (method, path) in SIGNED:
        return NodeSigned()
    if (method, path) in JOINING:
        return KeySigned()
    if (method, path) in ADMIN:
        return Needs(Role.ADMIN)
    reads = method == "GET" or (method, path) in OWN
    return Needs(Role.VIEWER if reads else Role.OPERATOR)


def concrete(path: str) -> str:
    values = {"digest": "ab" * 32, "number": "1"}
    return re.sub(r"\{(\w+)\}", lambda mark: values.get(mark[1], "x"), path)


@pytest.mark.parametrize(("path", "method", "route"), ROUTES, ids=str)
def test_each_route_states_the_access_that_its_kind_has(
    path: str, method: str, route: APIRoute
) -> None:
    assert access_of(route) == expected(method, path)


def test_the_application_serves_no_other_routes(api: Api) -> None:
    described = {
        (method.upper(), path)
        for path, operations in api.app.openapi()["paths"].items()
        for method in operations
    }
    assert described == {(method, path) for path, method, _ in VERSIONED_ROUTES + PROBE_ROUTES}


def test_a_route_without_a_stated_access_is_not_served() -> None:
    router = APIRouter()

    @router.get("/silent")
    async def silent() -> None: ...

    @router.get("/stated")
    async def stated(_: Viewer) -> None: ...

    check_routes(router.routes[1:])
    with pytest.raises(LookupError, match="/silent"):
        check_routes(chain(router.routes))


async def test_no_route_with_a_role_answers_nobody_or_a_weaker_one(api: Api) -> None:
    nobody = await api.client()
    weaker = {
        Role.OPERATOR: await api.as_role(Role.VIEWER),
        Role.ADMIN: await api.as_role(Role.OPERATOR),
    }
    for path, method, route in ROUTES:
        access = access_of(route)
        if not isinstance(access, Needs):
            continue
        assert_refused(await nobody.request(method, concrete(path)), 401, "sign-in-needed")
        if access.role in weaker:
            client = weaker[access.role]
            assert_refused(await client.request(method, concrete(path)), 403, "role-too-low")


async def test_no_signed_route_answers_a_request_without_a_signature(api: Api) -> None:
    admin = await api.as_role(Role.ADMIN)
    for method, path in SIGNED | JOINING:
        assert_refused(await admin.request(method, concrete(path)), 401, "request-unsigned")


def assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    asked = f"{answer.request.method} {answer.request.url.path}"
    assert (asked, answer.status_code, answer.json()["code"]) == (asked, status, code)
