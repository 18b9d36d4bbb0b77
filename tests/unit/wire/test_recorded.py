"""Releases understand each other: what an earlier one sent, and what a later one may send."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import venvoy.wire.pythons
from scripts import record
from venvoy import __version__
from venvoy.domain.cause import Hop, Step
from venvoy.testing.messages import samples
from venvoy.wire.messages import (
    DesiredDocument,
    LinkMode,
    LogBatch,
    Message,
    ReplicaStatus,
)

RECORDED = sorted(record.FOLDER.glob("*/*.json"))
SAMPLES = samples()


def model(path: Path) -> type[BaseModel]:
    """What reads a recorded message today."""
    return type(SAMPLES[path.stem])


def same(then: Any, now: Any) -> bool:
    """Whether all that was said then is said now, though there may be more."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(same(each, now.get(key)) for key, each in then.items())
    if isinstance(then, list):
        return len(then) == len(now) and all(map(same, then, now))
    return bool(then == now)


def identify(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", RECORDED, ids=identify)
def test_what_a_release_said_is_read_whole(path: Path) -> None:
    said = path.read_text(encoding="utf-8")
    read = model(path).model_validate_json(said)
    assert same(json.loads(said), read.model_dump(mode="json"))


@pytest.mark.parametrize("path", RECORDED, ids=identify)
def test_what_a_later_release_says_beside_it_is_ignored(path: Path) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    kind = model(path)
    assert kind.model_validate_json(json.dumps(later(said))) == kind.model_validate(said)


def later(said: Any) -> Any:
    """The same message with a field more in every object, but in those that hold free keys."""
    if isinstance(said, list):
        return [later(each) for each in said]
    if not isinstance(said, dict):
        return said
    inside = {
        key: each if key in {"params", "labels"} else later(each) for key, each in said.items()
    }
    return {**inside, "from_the_future": {"at": ["all", 1, None]}}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_what_has_a_default_need_not_be_said(name: str) -> None:
    """A field that is added is not demanded of releases that do not know it."""
    kind, first = type(SAMPLES[name]), SAMPLES[name].model_dump(mode="json")
    demanded = {key for key, field in kind.model_fields.items() if field.is_required()}
    for path in RECORDED:
        if path.stem == name:
            assert demanded <= json.loads(path.read_text(encoding="utf-8")).keys()
    if name in {"desired", "desired-python"}:
        return  # which of their fields go together is for `agent/documents.py`
    kind.model_validate({key: value for key, value in first.items() if key in demanded})


def test_words_of_a_later_release_are_read_as_known_ones() -> None:
    status = SAMPLES["status"].model_dump(mode="json")
    cause = {**status["cause"], "step": "attest", "hop": "notary"}
    read = ReplicaStatus.model_validate({**status, "state": "x", "step": "attest", "cause": cause})
    assert (read.state, read.step) == (None, Step.INSTALL)
    assert read.cause is not None
    assert (read.cause.step, read.cause.hop) == (Step.INSTALL, Hop.NODE)
    batch = SAMPLES["log-batch"].model_dump(mode="json")
    lines = [{**batch["lines"][0], "step": "attest"}]
    assert LogBatch.model_validate({**batch, "lines": lines}).lines[0].step is Step.INSTALL
    wish = SAMPLES["desired"].model_dump(mode="json")
    settings = {**wish["settings"], "link_mode": "reflink"}
    document = DesiredDocument.model_validate({**wish, "settings": settings})
    assert document.settings.link_mode is LinkMode.HARDLINK


def test_this_releases_messages_are_recorded_as_they_are() -> None:
    assert record.kept(record.FOLDER / __version__) == record.current()


def test_no_kind_of_message_is_forgotten() -> None:
    assert venvoy.wire.pythons is not None
    inside = {type(each) for message in SAMPLES.values() for each in _all(message)}
    ours = {kind for kind in _kinds(Message) if kind.__module__.startswith("venvoy.wire")}
    assert {kind.__name__ for kind in ours - inside} == set()


def test_every_field_of_a_sample_says_something() -> None:
    silent = [
        f"{name}.{field}"
        for name, message in SAMPLES.items()
        for field, info in type(message).model_fields.items()
        if field not in {"v", "kind"} and getattr(message, field) == info.default
    ]
    assert silent == []


def _all(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for field in type(value).model_fields:
            yield from _all(getattr(value, field))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _all(each)


def _kinds(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)
