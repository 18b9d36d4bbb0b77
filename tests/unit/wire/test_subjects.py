"""Subjects and keys: what is made reads back, and an id is always exactly one token."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.wire import subjects
from venvoy.wire.subjects import ReplicaAddress

ids = st.uuids().map(str)
NODE = "0190a0b0-0000-7000-8000-000000000001"
ENVIRONMENT = "0190a0b0-0000-7000-8000-000000000002"
BAD_IDS = [
    "",
    "*",
    ">",
    "a.b",
    "local",
    f"{NODE}.x",
    f"{NODE} ",
    f" {NODE}",
    f"{NODE}\r\n",
    NODE.upper(),
    NODE.replace("-", ""),
    f"{{{NODE}}}",
    f"urn:uuid:{NODE}",
]


def test_the_subjects_are_the_documented_ones() -> None:
    assert subjects.status(NODE, ENVIRONMENT) == f"up.{NODE}.status.{ENVIRONMENT}"
    assert subjects.heartbeat(NODE) == f"up.{NODE}.heartbeat"
    assert subjects.desired_request(NODE) == f"up.{NODE}.req.desired"
    assert subjects.log_request(NODE) == f"up.{NODE}.req.log"
    assert subjects.desired(NODE, ENVIRONMENT) == f"dn.{NODE}.desired.{ENVIRONMENT}"
    assert subjects.any_desired(NODE) == f"dn.{NODE}.desired.*"
    assert subjects.command(NODE) == f"dn.{NODE}.cmd"
    assert subjects.desired_key(NODE, ENVIRONMENT) == f"{NODE}.{ENVIRONMENT}"
    assert subjects.node_inbox(NODE) == f"_INBOX.{NODE}"
    assert subjects.kv_subject("desired", "a.b") == "$KV.desired.a.b"
    assert subjects.kv_stream("desired") == "KV_desired"


@given(ids, ids)
def test_what_is_made_reads_back(node: str, environment: str) -> None:
    address = ReplicaAddress(node, environment)
    assert subjects.parse_status(subjects.status(node, environment)) == address
    assert subjects.parse_desired_key(subjects.desired_key(node, environment)) == address
    assert subjects.parse_heartbeat(subjects.heartbeat(node)) == node
    assert subjects.parse_request(subjects.desired_request(node)) == (node, "desired")
    assert subjects.parse_request(subjects.log_request(node)) == (node, "log")


@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize(
    "make",
    [
        subjects.heartbeat,
        subjects.desired_request,
        subjects.log_request,
        subjects.any_desired,
        subjects.command,
        subjects.node_inbox,
        lambda bad: subjects.status(bad, ENVIRONMENT),
        lambda bad: subjects.status(NODE, bad),
        lambda bad: subjects.desired(bad, ENVIRONMENT),
        lambda bad: subjects.desired(NODE, bad),
        lambda bad: subjects.desired_key(bad, ENVIRONMENT),
        lambda bad: subjects.desired_key(NODE, bad),
    ],
)
def test_no_subject_is_made_of_a_bad_id(make: Callable[[str], str], bad: str) -> None:
    with pytest.raises(InvalidInput, match="id-invalid"):
        make(bad)


@pytest.mark.parametrize(
    ("parse", "subject"),
    [
        (subjects.parse_status, f"up.{NODE}.status"),
        (subjects.parse_status, f"up.{NODE}.status.{ENVIRONMENT}.x"),
        (subjects.parse_status, f"dn.{NODE}.status.{ENVIRONMENT}"),
        (subjects.parse_status, f"up.{NODE}.status.web"),
        (subjects.parse_status, f"up.local.status.{ENVIRONMENT}"),
        (subjects.parse_desired_key, NODE),
        (subjects.parse_desired_key, f"{NODE}.{ENVIRONMENT}.x"),
        (subjects.parse_heartbeat, f"up.{NODE}.heartbeats"),
        (subjects.parse_request, f"up.{NODE}.req.other"),
        (subjects.parse_request, f"up.{NODE}.request.desired"),
    ],
)
def test_other_subjects_are_refused(parse: Callable[[str], object], subject: str) -> None:
    with pytest.raises(InvalidInput, match="subject-invalid"):
        parse(subject)


@given(st.text(max_size=80))
def test_any_text_is_refused_by_code(text: str) -> None:
    for parse in (
        subjects.parse_status,
        subjects.parse_desired_key,
        subjects.parse_heartbeat,
        subjects.parse_request,
    ):
        with pytest.raises(InvalidInput, match="subject-invalid"):
            parse(text)


def test_an_id_is_shown_cut() -> None:
    with pytest.raises(InvalidInput) as caught:
        subjects.check_id("x" * 5_000)
    assert len(str(caught.value.params["id"])) < 200


def test_ids_of_every_version_are_taken() -> None:
    assert subjects.check_id(str(uuid.UUID(int=0))) == str(uuid.UUID(int=0))
