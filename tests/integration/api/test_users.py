"""People: rules for passwords and for the last admin, and what the audit keeps."""

import pytest

from venvoy.domain.role import Role
from venvoy.testing.api import PASSWORD, Api

USERS = "/api/v1/users"
GOOD = "long enough 1"


async def add(api: Api, username: str, role: str = "viewer") -> None:
    admin = await api.signed_in()
    wish = {"username": username, "password": GOOD, "role": role}
    answer = await admin.post(USERS, json=wish)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("ann", "9-letters", "password-too-short"),
        ("ann-is-long", "ANN-is-long", "password-is-username"),
        ("", GOOD, "username-invalid"),
        ("Ann", GOOD, "username-invalid"),
        ("../ann", GOOD, "username-invalid"),
        ("a" * 64, GOOD, "username-invalid"),
        ("安", GOOD, "username-invalid"),
    ],
)
async def test_a_bad_user_is_refused(api: Api, username: str, password: str, code: str) -> None:
    admin = await api.signed_in()
    answer = await admin.post(USERS, json={"username": username, "password": password})
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert answer.json()["hint"]
    assert password not in answer.text


async def test_a_name_is_taken_once(api: Api) -> None:
    await add(api, "ann")
    admin = await api.signed_in()
    answer = await admin.post(USERS, json={"username": "ann", "password": GOOD})
    assert answer.status_code == 409
    assert answer.json()["code"] == "username-taken"


@pytest.mark.parametrize("change", [{"role": "operator"}, {"disabled": True}, None])
async def test_the_last_admin_stays(api: Api, change: dict[str, object] | None) -> None:
    await add(api, "ann", "operator")
    admin = await api.signed_in()
    url = f"{USERS}/admin"
    answer = await (admin.delete(url) if change is None else admin.patch(url, json=change))
    assert answer.status_code == 409
    assert answer.json()["code"] == "last-admin"
    assert (await admin.get(url)).json()["role"] == "admin"


async def test_a_disabled_admin_does_not_count(api: Api) -> None:
    await add(api, "ann", "admin")
    admin = await api.signed_in()
    assert (await admin.patch(f"{USERS}/ann", json={"disabled": True})).status_code == 200
    assert (await admin.delete(f"{USERS}/admin")).json()["code"] == "last-admin"
    assert (await admin.patch(f"{USERS}/ann", json={"disabled": False})).status_code == 200
    assert (await admin.delete(f"{USERS}/admin")).status_code == 204


async def test_a_disabled_user_is_out_at_once(api: Api) -> None:
    await add(api, "ann", "operator")
    ann = await api.signed_in("ann", GOOD)
    token = (await ann.post("/api/v1/tokens", json={"name": "mine"})).json()["secret"]
    program = await api.client(Authorization=f"Bearer {token}")
    admin = await api.signed_in()
    await admin.patch(f"{USERS}/ann", json={"disabled": True})
    assert (await ann.get("/api/v1/session")).status_code == 401
    assert (await program.get("/api/v1/session")).json()["code"] == "user-disabled"
    again = await (await api.client()).post(
        "/api/v1/session", json={"username": "ann", "password": GOOD}
    )
    assert again.json()["code"] == "user-disabled"


async def test_a_lowered_role_holds_for_tokens_that_are_there(api: Api) -> None:
    await add(api, "ann", "admin")
    ann = await api.signed_in("ann", GOOD)
    made = await ann.post("/api/v1/tokens", json={"name": "mine", "role": "admin"})
    program = await api.client(Authorization=f"Bearer {made.json()['secret']}")
    assert (await program.get(USERS)).status_code == 200
    await (await api.signed_in()).patch(f"{USERS}/ann", json={"role": "viewer"})
    answer = await program.get(USERS)
    assert answer.status_code == 403
    assert answer.json()["params"] == {"held": "viewer", "needed": "admin"}


async def test_users_change_their_own_password_and_stay_signed_in(api: Api) -> None:
    await add(api, "ann")
    here, elsewhere = await api.signed_in("ann", GOOD), await api.signed_in("ann", GOOD)
    answer = await here.patch(f"{USERS}/ann", json={"password": "another long one"})
    assert answer.status_code == 200
    assert (await here.get("/api/v1/session")).status_code == 200
    assert (await elsewhere.get("/api/v1/session")).status_code == 401
    await api.signed_in("ann", "another long one")


async def test_nothing_else_of_a_user_is_for_a_viewer_to_change(api: Api) -> None:
    await add(api, "ann")
    ann = await api.signed_in("ann", GOOD)
    for url, change in (
        (f"{USERS}/ann", {"role": "admin"}),
        (f"{USERS}/ann", {"password": "another long one", "disabled": False}),
        (f"{USERS}/admin", {"password": "another long one"}),
    ):
        assert (await ann.patch(url, json=change)).json()["code"] == "role-too-low"
    await api.signed_in("admin", PASSWORD)


async def test_a_token_cannot_change_the_password_of_its_user(api: Api) -> None:
    program = await api.as_role(Role.OPERATOR)
    answer = await program.patch(f"{USERS}/admin", json={"password": "another long one"})
    assert answer.json()["code"] == "role-too-low"


async def test_every_change_of_people_and_tokens_is_in_the_audit(api: Api) -> None:
    await add(api, "ann")
    admin = await api.signed_in()
    change = {"role": "operator", "password": "another long one"}
    await admin.patch(f"{USERS}/ann", json=change)
    token = (await admin.post("/api/v1/tokens", json={"name": "ci"})).json()
    await admin.delete(f"/api/v1/tokens/{token['id']}")
    await admin.delete(f"{USERS}/ann")
    answer = await admin.get("/api/v1/audit")
    entries = answer.json()["items"]
    assert [entry["action"] for entry in entries] == [
        "user-deleted",
        "token-revoked",
        "token-created",
        "user-edited",
        "user-created",
        "user-created",
    ]
    edited = entries[3]
    assert edited["username"] == "admin"
    assert edited["before"]["role"] == "viewer"
    assert edited["after"] == {
        "username": "ann",
        "role": "operator",
        "disabled": False,
        "password": "changed",
    }
    assert entries[-1]["username"] is None
    for secret in (GOOD, PASSWORD, "another long one", token["secret"], "argon2"):
        assert secret not in answer.text


async def test_the_audit_can_be_of_one_kind_of_subject(api: Api) -> None:
    await add(api, "ann")
    admin = await api.signed_in()
    await admin.post("/api/v1/tokens", json={"name": "ci"})
    await admin.post("/api/v1/environments", json={"name": "web", "requirements": "six"})

    async def subjects(**query: str) -> set[str]:
        answer = await admin.get("/api/v1/audit", params=query)
        return {entry["subject"] for entry in answer.json()["items"]}

    assert await subjects(kind="environment") == {"environment:web"}
    assert await subjects(kind="user") == {"user:admin", "user:ann"}
    assert await subjects(kind="user", subject="ann") == {"user:ann"}
    assert await subjects(kind="token", username="ann") == set()


async def test_tokens_are_seen_and_revoked_by_their_owner_and_by_admins(api: Api) -> None:
    await add(api, "ann")
    ann, admin = await api.signed_in("ann", GOOD), await api.signed_in()
    own = (await ann.post("/api/v1/tokens", json={"name": "of ann"})).json()
    other = (await admin.post("/api/v1/tokens", json={"name": "of admin"})).json()
    names = [token["name"] for token in (await ann.get("/api/v1/tokens")).json()["items"]]
    assert names == ["of ann"]
    refused = await ann.delete(f"/api/v1/tokens/{other['id']}")
    assert refused.json()["code"] == "token-not-found"
    assert (await admin.delete(f"/api/v1/tokens/{own['id']}")).status_code == 204


async def test_users_page_by_cursor(api: Api) -> None:
    for username in ("bob", "ann", "cho"):
        await add(api, username)
    admin = await api.signed_in()
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (
            await admin.get(USERS, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [user["username"] for user in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["admin", "ann", "bob", "cho"]
    backwards = (await admin.get(USERS, params={"sort": "-username", "limit": 1})).json()
    assert backwards["items"][0]["username"] == "cho"
    assert (await admin.get(USERS, params={"sort": "password_hash"})).json()[
        "code"
    ] == "sort-unknown"
    assert (await admin.get(USERS, params={"cursor": "x"})).json()["code"] == "cursor-invalid"


async def test_a_repeated_creation_makes_one_user_and_one_token(api: Api) -> None:
    admin = await api.signed_in()
    key = {"Idempotency-Key": "0192"}
    wish = {"username": "ann", "password": GOOD}
    first = await admin.post(USERS, json=wish, headers=key)
    again = await admin.post(USERS, json=wish, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = await admin.post(USERS, json=wish | {"username": "bob"}, headers=key)
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency-key-reused"
    made = await admin.post("/api/v1/tokens", json={"name": "ci"}, headers=key)
    repeated = await admin.post("/api/v1/tokens", json={"name": "ci"}, headers=key)
    assert repeated.json() == made.json() | {"secret": None}
    assert len((await admin.get("/api/v1/tokens")).json()["items"]) == 1


async def test_an_empty_or_endless_key_is_refused(api: Api) -> None:
    admin = await api.signed_in()
    for key in ("", "x" * 256):
        wish = {"username": "ann", "password": GOOD}
        answer = await admin.post(USERS, json=wish, headers={"Idempotency-Key": key})
        assert answer.json()["code"] == "idempotency-key-invalid"
