"""Keys read and write as the reference implementation of nkeys does, and only so."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.wire.nkey import KeyPair, Role, check_public, verify

secrets = st.binary(min_size=32, max_size=32)
roles = st.sampled_from(Role)
pairs = st.builds(KeyPair, roles, secrets)


@pytest.mark.parametrize(
    ("role", "seed", "public"),
    [
        (
            Role.USER,
            "SUAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H776Y",
            "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK",
        ),
        (
            Role.ACCOUNT,
            "SAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HYMHI",
            "AAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV",
        ),
        (
            Role.OPERATOR,
            "SOAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H2AJA",
            "OAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QZVT",
        ),
    ],
)
def test_the_reference_implementation_agrees(role: Role, seed: str, public: str) -> None:
    pair = KeyPair(role, bytes(range(32)))
    assert (pair.seed, pair.public) == (seed, public)
    assert KeyPair.from_seed(seed) == pair


@given(pairs)
def test_a_seed_reads_back(pair: KeyPair) -> None:
    read = KeyPair.from_seed(pair.seed)
    assert read == pair
    assert read.public == pair.public
    assert check_public(pair.public, pair.role) == pair.public


@given(pairs, st.integers(0, 57), st.sampled_from(string.ascii_uppercase + "234567"))
def test_one_changed_letter_is_noticed(pair: KeyPair, place: int, letter: str) -> None:
    seed = pair.seed
    changed = seed[:place] + letter + seed[place + 1 :]
    if changed != seed:
        with pytest.raises(InvalidInput, match="nkey-invalid"):
            KeyPair.from_seed(changed)
    public = pair.public
    changed = public[:place] + letter + public[place + 1 :]
    if changed != public:
        with pytest.raises(InvalidInput, match="nkey-invalid"):
            check_public(changed, pair.role)


@given(st.text(max_size=80))
def test_any_text_is_refused_by_code(text: str) -> None:
    with pytest.raises(InvalidInput, match="nkey-invalid"):
        KeyPair.from_seed(text)
    with pytest.raises(InvalidInput, match="nkey-invalid"):
        check_public(text, Role.USER)


@given(pairs)
def test_other_spellings_of_a_key_are_refused(pair: KeyPair) -> None:
    for spelling in (
        pair.seed.lower(),
        pair.seed + "=",
        f" {pair.seed}",
        f"{pair.seed}\n",
        pair.public,
    ):
        with pytest.raises(InvalidInput, match="nkey-invalid"):
            KeyPair.from_seed(spelling)


@given(pairs)
def test_a_key_of_another_role_is_refused(pair: KeyPair) -> None:
    for role in set(Role) - {pair.role}:
        with pytest.raises(InvalidInput, match="nkey-invalid"):
            check_public(pair.public, role)


@given(pairs, pairs, st.binary(max_size=200), st.binary(max_size=200))
def test_only_the_holder_signs(
    pair: KeyPair, other: KeyPair, message: bytes, another: bytes
) -> None:
    signature = pair.sign(message)
    assert verify(pair.public, signature, message)
    assert verify(pair.public, signature, another) == (message == another)
    assert verify(other.public, signature, message) == (pair.secret == other.secret)
    assert not verify(pair.public, signature[:-1], message)


def test_made_keys_differ() -> None:
    assert KeyPair.generate(Role.USER) != KeyPair.generate(Role.USER)


@given(pairs)
def test_the_secret_is_not_shown(pair: KeyPair) -> None:
    assert pair.seed not in repr(pair)
    assert repr(pair.secret) not in repr(pair)
    with pytest.raises(InvalidInput) as caught:
        KeyPair.from_seed(pair.seed[:-1])
    assert pair.seed[2:20] not in str(caught.value)
