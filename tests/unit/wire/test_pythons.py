"""Documents of interpreters: read beside those of environments, by older and newer releases."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from venvoy.wire.messages import DesiredDocument, ResyncRequest
from venvoy.wire.pythons import PythonDocument, read_document

ID = "0190b6c0-0000-7000-8000-000000000001"
PYTHON: dict[str, Any] = {
    "v": 1,
    "kind": "python",
    "node": ID,
    "python": ID,
    "epoch": 1,
    "generation": 1,
    "action": "install",
    "operation": ID,
    "archive": {
        "sha256": "ab" * 32,
        "size": 1,
        "implementation": "cpython",
        "version": "3.12.4",
        "platform": "linux-x86_64",
    },
}
ENVIRONMENT = {
    "node": ID,
    "environment": ID,
    "name": "web",
    "epoch": 1,
    "generation": 1,
    "action": "hold",
    "operation": ID,
}


def read(document: dict[str, Any]) -> DesiredDocument | PythonDocument:
    return read_document(json.dumps(document).encode())


def test_each_kind_is_told_from_the_other() -> None:
    assert isinstance(read(PYTHON), PythonDocument)
    assert isinstance(read(ENVIRONMENT), DesiredDocument)
    assert read(PYTHON).subject == read(ENVIRONMENT).subject == ID


def test_what_a_later_release_adds_is_ignored() -> None:
    later = PYTHON | {"tomorrow": 1, "archive": PYTHON["archive"] | {"tomorrow": 2}}
    assert read(later) == read(PYTHON)
    assert isinstance(read(ENVIRONMENT | {"tomorrow": 1}), DesiredDocument)


def test_a_release_before_this_one_refuses_it_whole() -> None:
    with pytest.raises(ValidationError):
        DesiredDocument.model_validate(PYTHON)


def test_a_kind_of_a_later_release_is_refused_whole() -> None:
    with pytest.raises(ValidationError):
        read(PYTHON | {"kind": "compiler"})


@pytest.mark.parametrize(
    "change",
    [
        {"version": "3.12.4; rm -rf /"},
        {"version": "../3.12.4"},
        {"implementation": "../x"},
        {"sha256": "zz"},
        {"size": 0},
    ],
)
def test_what_could_reach_a_path_or_a_command_is_of_a_strict_form(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(PYTHON | {"archive": PYTHON["archive"] | change})


def test_a_node_before_this_release_asks_for_environments_only() -> None:
    assert ResyncRequest.model_validate({"v": 1, "after": None, "want": []}).kinds == ()
