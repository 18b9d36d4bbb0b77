"""Signing in with a browser and with a token, and what is refused."""

import httpx
import pytest

from venvoy.domain.role import Role
from venvoy.testing.api import PASSWORD, URL, Api

ME = "/api/v1/session"
USERS = "/api/v1/users"


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


async def test_a_session_has_a_cookie_that_scripts_and_other_sites_cannot_use(api: Api) -> None:
    client = await api.client()
    answer = await client.post(ME, json={"username": "Admin ", "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["username"] == "admin"
    assert answer.json()["role"] == "admin"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert (await client.get(ME)).json()["csrf_token"] == answer.json()["csrf_token"]


async def test_over_tls_the_cookie_is_secure(api: Api) -> None:
    client = await api.client()
    client.base_url = httpx.URL("https://127.0.0.1")
    answer = await client.post(ME, json={"username": "admin", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("username", ["admin", "nobody"])
async def test_a_wrong_password_and_an_unknown_user_look_alike(api: Api, username: str) -> None:
    client = await api.client()
    answer = await client.post(ME, json={"username": username, "password": "wrong password"})
    assert answer.status_code == 401
    assert code(answer) == "sign-in-failed"
    assert answer.json()["params"] == {}
    assert "set-cookie" not in answer.headers


async def test_after_ten_failures_even_the_right_password_waits(api: Api) -> None:
    client = await api.client()
    wrong = {"username": "admin", "password": "wrong password"}
    for _ in range(10):
        assert (await client.post(ME, json=wrong)).status_code == 401
    limited = await client.post(ME, json={"username": "admin", "password": PASSWORD})
    assert limited.status_code == 429
    assert code(limited) == "sign-in-limited"
    assert 0 < int(limited.headers["retry-after"]) <= 15 * 60 + 1


async def test_nobody_is_told_apart_from_somebody_whose_session_ended(api: Api) -> None:
    client = await api.client()
    assert code(await client.get(ME)) == "sign-in-needed"
    signed_in = await api.signed_in()
    api.clock.forward(days=2)
    assert code(await signed_in.get(ME)) == "session-ended"


async def test_a_session_that_is_used_lives_on_but_not_for_ever(api: Api) -> None:
    client = await api.signed_in()
    for _ in range(8):
        api.clock.forward(hours=20)
        assert (await client.get(ME)).status_code == 200
        await api.app.state.parts.used.flush(api.ctx)
    api.clock.forward(hours=20)
    assert code(await client.get(ME)) == "session-ended"


async def test_signing_out_ends_the_session_at_the_controller(api: Api) -> None:
    client = await api.signed_in()
    cookie = dict(client.cookies)
    assert (await client.delete(ME)).status_code == 204
    again = await api.client()
    again.cookies.update(cookie)
    assert code(await again.get(ME)) == "session-ended"


async def test_a_change_from_a_browser_needs_the_token_of_its_session(api: Api) -> None:
    client = await api.signed_in()
    del client.headers["X-CSRF-Token"]
    wish = {"username": "ann", "password": "long enough 1"}
    assert code(await client.post(USERS, json=wish)) == "csrf-missing"
    other = await api.signed_in()
    stolen = {"X-CSRF-Token": other.headers["X-CSRF-Token"]}
    assert code(await client.post(USERS, json=wish, headers=stolen)) == "csrf-missing"
    assert (await client.get(USERS)).json()["items"][0]["username"] == "admin"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:7301"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_foreign_page_can_neither_change_nor_sign_in(
    api: Api, headers: dict[str, str]
) -> None:
    client = await api.signed_in()
    assert code(await client.delete(ME, headers=headers)) == "origin-foreign"
    stranger = await api.client()
    login = {"username": "admin", "password": PASSWORD}
    assert code(await stranger.post(ME, json=login, headers=headers)) == "origin-foreign"


async def test_the_own_page_can(api: Api) -> None:
    client = await api.signed_in()
    headers = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
    assert (await client.delete(ME, headers=headers)).status_code == 204


@pytest.mark.parametrize("host", ["rebound.example.org", "127.0.0.1.example.org:7300", ""])
async def test_a_foreign_host_name_is_refused_on_loopback(api: Api, host: str) -> None:
    client = await api.client(Host=host)
    answer = await client.get("/healthz")
    assert answer.status_code == 403
    assert code(answer) == "host-not-allowed"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:7300", "app.localhost"])
async def test_any_name_of_loopback_is_answered(api: Api, host: str) -> None:
    client = await api.client(Host=host)
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_a_token_works_without_cookie_and_csrf_token(api: Api) -> None:
    client = await api.as_role(Role.ADMIN)
    wish = {"username": "ann", "password": "long enough 1"}
    assert (await client.post(USERS, json=wish)).status_code == 201
    assert (await client.get(ME)).json()["csrf_token"] is None


async def test_a_token_ends_when_it_says_so_and_when_it_is_revoked(api: Api) -> None:
    admin = await api.signed_in()
    made = await admin.post("/api/v1/tokens", json={"name": "ci", "expires_in_days": 1})
    assert made.json()["secret"].startswith("vv_")
    client = await api.client(Authorization=f"Bearer {made.json()['secret']}")
    assert (await client.get(ME)).status_code == 200
    api.clock.forward(hours=25)
    assert code(await client.get(ME)) == "token-expired"
    forever = await (await api.signed_in()).post(
        "/api/v1/tokens", json={"name": "ci", "expires_in_days": None}
    )
    client = await api.client(Authorization=f"Bearer {forever.json()['secret']}")
    assert (await client.delete(ME)).status_code == 204
    assert code(await client.get(ME)) == "token-unknown"


async def test_the_last_use_of_a_token_is_kept(api: Api) -> None:
    client = await api.as_role(Role.ADMIN)
    await client.get(ME)
    await api.app.state.parts.used.flush(api.ctx)
    shown = (await client.get("/api/v1/tokens")).json()["items"][0]
    assert shown["last_used_at"] is not None
    assert shown["secret"] is None


async def test_no_secret_stands_in_the_database(api: Api) -> None:
    client = await api.signed_in()
    made = (await client.post("/api/v1/tokens", json={"name": "ci"})).json()
    (cookie,) = client.cookies.values()
    directory = api.ctx.settings.file()
    kept = b"".join(file.read_bytes() for file in directory.glob("venvoy.db*"))
    for secret in (made["secret"], cookie, PASSWORD):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


async def test_a_token_cannot_make_a_stronger_or_longer_lived_one(api: Api) -> None:
    admin = await api.signed_in()
    made = await admin.post(
        "/api/v1/tokens", json={"name": "ci", "role": "operator", "expires_in_days": 2}
    )
    client = await api.client(Authorization=f"Bearer {made.json()['secret']}")
    stronger = await client.post("/api/v1/tokens", json={"name": "up", "role": "admin"})
    assert code(stronger) == "token-role-too-high"
    unreadable = await client.post("/api/v1/tokens", json={"name": "a\x00b"})
    assert code(unreadable) == "text-control-characters"
    longer = await client.post("/api/v1/tokens", json={"name": "on", "expires_in_days": 900})
    assert longer.json()["expires_at"] == made.json()["expires_at"]
