"""Which passwords may be used, and that they are kept safely."""

import pytest
from argon2 import PasswordHasher

from venvoy.controller.passwords import Passwords, check_password, random_password
from venvoy.domain.errors import InvalidInput

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password-too-short"),
        ("123456789", "password-too-short"),
        ("x" * 1_025, "password-too-long"),
        (" Annabelle-1 ", "password-is-username"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_password("annabelle-1", password)
    assert caught.value.code == code


def test_ten_characters_of_any_script_will_do() -> None:
    for password in ("0123456789", "正确的马电池订书钉密码"):
        assert check_password("ann", password) == password


def test_random_passwords_differ_and_may_be_used() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    assert all(check_password("admin", password) for password in made)


async def test_a_password_matches_its_hash_only() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash("correct horse")
    assert kept.startswith("$argon2id$")
    assert kept != await passwords.hash("correct horse")
    assert await passwords.matches(kept, "correct horse")
    assert not await passwords.matches(kept, "wrong horse")
    assert not await passwords.matches("broken", "correct horse")


async def test_nobody_has_a_password_and_takes_the_same_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str | bytes] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        checked.append(kept)
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    passwords = Passwords(CHEAP)
    assert not await passwords.matches(None, "correct horse")
    assert len(checked) == 1
    assert str(checked[0]).startswith("$argon2id$")


async def test_a_hash_of_weaker_parameters_is_known() -> None:
    kept = await Passwords(CHEAP).hash("correct horse")
    assert Passwords(PasswordHasher()).outdated(kept)
    assert not Passwords(CHEAP).outdated(kept)
