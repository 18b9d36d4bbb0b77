"""What the tokens say: the contract of rights, in the words that NATS reads."""

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.wire import jwt
from venvoy.wire.credentials import (
    MAX_LIFETIME_S,
    UserCredentials,
    account_claims,
    account_token,
    controller_token,
    node_token,
    operator_token,
    system_account_token,
    system_token,
)
from venvoy.wire.nkey import KeyPair, Role, verify

OPERATOR = KeyPair(Role.OPERATOR, b"\1" * 32)
SYSTEM = KeyPair(Role.ACCOUNT, b"\2" * 32)
ACCOUNT = KeyPair(Role.ACCOUNT, b"\3" * 32)
NODES = KeyPair(Role.ACCOUNT, b"\4" * 32)
CONTROLLERS = KeyPair(Role.ACCOUNT, b"\5" * 32)
USER = KeyPair(Role.USER, b"\6" * 32)
NODE = str(uuid.UUID(int=7))


def credentials(issued_at: int = 1_000, lifetime_s: int = 100) -> UserCredentials:
    return UserCredentials(
        USER,
        node_token(
            NODES,
            account=ACCOUNT.public,
            node=NODE,
            public_key=USER.public,
            issued_at=issued_at,
            lifetime_s=lifetime_s,
        ),
    )


def scopes() -> dict[str, dict[str, object]]:
    claims = account_claims(
        node_signer=NODES.public, controller_signer=CONTROLLERS.public, revocations={}
    )
    return {scope["role"]: scope for scope in claims["signing_keys"]}


def test_a_node_may_say_and_hear_only_its_own() -> None:
    scope = scopes()["node"]
    assert (scope["kind"], scope["key"]) == ("user_scope", NODES.public)
    assert scope["template"] == {
        "pub": {"allow": ["up.{{name()}}.>"]},
        "sub": {"allow": ["dn.{{name()}}.>", "_INBOX.{{name()}}.>"]},
        "resp": {"max": 1, "ttl": 60_000_000_000},
        "subs": -1,
        "data": -1,
        "payload": -1,
    }


def test_a_controller_has_what_the_product_uses() -> None:
    scope = scopes()["controller"]
    assert scope["key"] == CONTROLLERS.public
    assert scope["template"] == {
        "pub": {
            "allow": ["$JS.API.>", "$JS.ACK.>", "$JS.FC.>", "$KV.>", "dn.>", "jobs.>", "_INBOX.>"]
        },
        "sub": {"allow": ["up.>", "_INBOX.ctl.>", "$KV.>", "dn.>", "jobs.>"]},
        "subs": -1,
        "data": -1,
        "payload": -1,
    }


def test_users_of_a_scoped_key_carry_no_rights_of_their_own() -> None:
    claims = credentials().claims
    assert claims.nats == {"type": "user", "issuer_account": ACCOUNT.public, "version": 2}
    assert (claims.issuer, claims.subject, claims.name) == (NODES.public, USER.public, NODE)
    controller = jwt.decode(
        controller_token(
            CONTROLLERS,
            account=ACCOUNT.public,
            public_key=USER.public,
            issued_at=5,
            lifetime_s=60,
        )
    )
    assert controller.nats == claims.nats
    assert controller.expires_at == 65


def test_the_system_user_may_only_update_claims() -> None:
    token = system_token(SYSTEM, public_key=USER.public, issued_at=5, lifetime_s=60)
    assert jwt.decode(token).nats == {
        "type": "user",
        "pub": {"allow": ["$SYS.REQ.CLAIMS.UPDATE"]},
        "sub": {"allow": ["_INBOX.sys.>"]},
        "subs": -1,
        "data": -1,
        "payload": -1,
        "version": 2,
    }


def test_operator_and_accounts_name_each_other() -> None:
    operator = jwt.decode(operator_token(OPERATOR, system_account=SYSTEM.public, issued_at=1))
    assert operator.issuer == operator.subject == OPERATOR.public
    assert operator.nats["system_account"] == SYSTEM.public
    system = jwt.decode(system_account_token(OPERATOR, SYSTEM.public, issued_at=1))
    assert (system.issuer, system.subject) == (OPERATOR.public, SYSTEM.public)
    assert "disk_storage" not in system.nats["limits"]
    account = jwt.decode(
        account_token(
            OPERATOR,
            ACCOUNT.public,
            account_claims(
                node_signer=NODES.public,
                controller_signer=CONTROLLERS.public,
                revocations={USER.public: 9},
            ),
            issued_at=1,
        )
    )
    assert account.nats["revocations"] == {USER.public: 9}
    assert account.nats["limits"]["disk_storage"] == -1


@pytest.mark.parametrize("node", ["", "*", ">", "a.b", "local", NODE.upper() + "x", f"{NODE}.>"])
def test_a_node_is_named_by_one_token(node: str) -> None:
    with pytest.raises(InvalidInput, match="id-invalid"):
        node_token(
            NODES,
            account=ACCOUNT.public,
            node=node,
            public_key=USER.public,
            issued_at=1,
            lifetime_s=60,
        )


@pytest.mark.parametrize("lifetime_s", [0, -1, MAX_LIFETIME_S + 1])
def test_a_lifetime_is_bounded(lifetime_s: int) -> None:
    with pytest.raises(InvalidInput, match="jwt-lifetime-invalid"):
        credentials(lifetime_s=lifetime_s)


def test_only_user_keys_become_users() -> None:
    with pytest.raises(InvalidInput, match="nkey-invalid"):
        controller_token(
            CONTROLLERS,
            account=ACCOUNT.public,
            public_key=ACCOUNT.public,
            issued_at=1,
            lifetime_s=60,
        )


@given(issued_at=st.integers(0, 2**33), lifetime_s=st.integers(1, MAX_LIFETIME_S))
def test_renewal_is_due_with_a_fifth_left(issued_at: int, lifetime_s: int) -> None:
    after = credentials(issued_at, lifetime_s).renew_after_s()
    assert after == pytest.approx(0.8 * lifetime_s)


def test_a_token_for_another_key_is_refused() -> None:
    with pytest.raises(InvalidInput, match="credentials-mismatch"):
        UserCredentials(KeyPair(Role.USER, b"\7" * 32), credentials().token)
    with pytest.raises(InvalidInput, match="jwt-invalid"):
        UserCredentials(USER, "no.token.at-all")


def test_the_server_s_nonce_is_signed_by_the_user() -> None:
    mine = credentials()
    signature = base64.b64decode(mine.signature_cb("f2Tn-q1_XcVbn0w"))
    assert verify(USER.public, signature, b"f2Tn-q1_XcVbn0w")
    assert mine.user_jwt_cb() == mine.token.encode()
    assert mine.token not in repr(mine)


def test_a_nonce_that_is_a_request_is_not_signed() -> None:
    forged = f"venvoy-request-v1\0POST\n/api/v1/node/credentials\n{'0' * 64}\n1\n{'n' * 16}"
    for nonce in (forged, "", "venvoy-document-v1\0{}", "a.b.c.d.e.f.g"):
        with pytest.raises(InvalidInput, match="nonce-invalid"):
            credentials().signature_cb(nonce)
