"""A machine takes the wheel that uv would take there."""

import sys

import pytest
from packaging.tags import sys_tags

from venvoy.domain.lock import LockedFile
from venvoy.domain.platform import Platform
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import Machine, best_file, machine, rank_of


def files(*tags: str) -> list[LockedFile]:
    return [LockedFile(f"a-1.0-{tag}.whl", "", 1) for tag in tags]


def chosen(wanted: Machine, *tags: str) -> str | None:
    found = best_file(files(*tags), wanted)
    return found.name.removeprefix("a-1.0-").removesuffix(".whl") if found else None


def linux(python: str = "3.12.4", libc: str = "glibc 2.36") -> Machine:
    return machine(Target(Platform.LINUX_X86_64, python), libc)


NEW, OLD = "cp312-cp312-manylinux_2_28_x86_64", "cp312-cp312-manylinux_2_17_x86_64"


@pytest.mark.parametrize(
    ("wanted", "tags", "expected"),
    [
        (linux(), (OLD, NEW, "py3-none-any"), NEW),
        (linux(libc="glibc 2.17"), (OLD, NEW, "py3-none-any"), OLD),
        (linux(libc="glibc 2.5"), (OLD, NEW), None),
        (linux(libc=""), (OLD, NEW), NEW),
        (
            linux(),
            ("cp312-cp312-manylinux2014_x86_64", "py3-none-any"),
            "cp312-cp312-manylinux2014_x86_64",
        ),
        (linux("3.13.0"), (NEW, "cp39-abi3-linux_x86_64"), "cp39-abi3-linux_x86_64"),
        (linux(), ("cp39-abi3-manylinux_2_17_x86_64", OLD), OLD),
        (linux(), ("1-py3-none-any", "2-py3-none-any", "py3-none-any"), "2-py3-none-any"),
        (linux(), ("cp312-cp312-win_amd64", "cp312-cp312-musllinux_1_2_x86_64"), None),
        (
            machine(Target(Platform.WINDOWS_X86_64, "3.12.1")),
            ("cp312-cp312-win_amd64", OLD, "py3-none-any"),
            "cp312-cp312-win_amd64",
        ),
        (
            machine(Target(Platform.MUSLLINUX_AARCH64, "3.12.1"), "musl 1.1"),
            ("cp312-cp312-musllinux_1_2_aarch64", "cp312-cp312-musllinux_1_1_aarch64"),
            "cp312-cp312-musllinux_1_1_aarch64",
        ),
        (linux(), (), None),
        (linux(), ("not a tag",), None),
    ],
)
def test_the_most_specific_wheel_is_taken(
    wanted: Machine, tags: tuple[str, ...], expected: str | None
) -> None:
    assert chosen(wanted, *tags) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="compares with the machine it runs on")
def test_the_order_is_that_of_this_very_machine() -> None:
    import platform  # noqa: PLC0415 - only here

    libc = " ".join(platform.libc_ver())
    here = machine(Target(Platform(f"linux-{platform.machine()}"), platform.python_version()), libc)
    # Where plain `linux` stands differs between installers; no index has such wheels.
    tags = [tag for tag in sys_tags() if not tag.platform.startswith("linux_")]
    own = [tag for tag in tags if rank_of(f"a-1.0-{tag}.whl", here) is not None]
    ranks = [rank_of(f"a-1.0-{tag}.whl", here) for tag in own]
    assert len(own) > 100
    assert ranks == sorted((rank for rank in ranks if rank), reverse=True)
