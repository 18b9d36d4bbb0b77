"""The check that no file prescribes a registry."""

from pathlib import Path
from urllib.parse import urlsplit

from pypi_simple import PYPI_SIMPLE_ENDPOINT

from scripts import hosts


def test_a_named_host_is_found_with_its_place(tmp_path: Path) -> None:
    clean, dirty = tmp_path / "clean.py", tmp_path / "dirty.bin"
    clean.write_text("https://example.org/simple\n")
    dirty.write_bytes(b"\xff\xfe\nsee https://Files.Registry.Example/x\n")
    assert hosts.named_in([clean, dirty], ["registry.example"]) == [f"{dirty}:2: registry.example"]


def test_the_official_index_is_among_the_hosts() -> None:
    official = urlsplit(PYPI_SIMPLE_ENDPOINT).hostname
    assert official in hosts.registry_hosts()


def test_this_file_names_none() -> None:
    assert hosts.named_in([Path(__file__)], hosts.registry_hosts()) == []
