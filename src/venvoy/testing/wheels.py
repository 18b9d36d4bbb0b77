"""Small real wheels and source distributions, made in memory for tests.

They install with uv and pip like any other: a right RECORD, metadata, one module.
"""

import base64
import hashlib
import io
import tarfile
import zipfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

_INSTALLED = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
"""What only an installation has."""
_EPOCH = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A package file.

    Attributes:
        name: its file name.
        data: its bytes.
        metadata: what PEP 658 serves for it, or None for a source distribution.
        requires_python: a specifier, or None.
    """

    name: str
    data: bytes
    metadata: bytes | None = None
    requires_python: str | None = None

    @property
    def project(self) -> str:
        """The normalised project."""
        return self.name.partition("-")[0].replace("_", "-").lower()

    @property
    def sha256(self) -> str:
        """Of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def make_wheel(  # noqa: PLR0913 - each is one thing that a wheel can have
    project: str,
    version: str = "1.0",
    *,
    requires: tuple[str, ...] = (),
    payload: int = 0,
    modules: int = 0,
    tag: str = "py3-none-any",
    requires_python: str | None = None,
    code: str = "",
) -> MadeFile:
    """Make a wheel with one module named like the project.

    Args:
        project: its name.
        version: PEP 440.
        requires: PEP 508 requirements.
        payload: bytes of incompressible data added to it, the same for equal arguments.
        modules: how many small modules more, so that linking and checking take a while.
        tag: of the wheel's name.
        requires_python: a specifier.
        code: what the module does when it is imported.
    """
    base = project.replace("-", "_")
    info = f"{base}-{version}.dist-info"
    metadata = _metadata(project, version, requires, requires_python)
    members = {f"{base}/__init__.py": f'__version__ = "{version}"\n{code}'.encode()}
    if payload:
        members[f"{base}/payload.bin"] = _noise(f"{project} {version}", payload)
    for number in range(modules):
        members[f"{base}/part{number}.py"] = f"number = {number}\n".encode()
    members[f"{info}/METADATA"] = metadata
    members[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: venvoy\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    )
    whole = _recorded(members, info)
    return MadeFile(f"{base}-{version}-{tag}.whl", _zipped(whole), metadata, requires_python)


def installed_wheel(project: str) -> MadeFile:
    """Pack a pure package that is installed beside the tests into a wheel again.

    Raises:
        PackageNotFoundError: it is not there.
    """
    found = distribution(project)
    info = f"{project}-{found.version}.dist-info"
    members = {
        file.as_posix(): Path(str(file.locate())).read_bytes()
        for file in found.files or ()
        if ".." not in file.parts and file.suffix != ".pyc" and file.name not in _INSTALLED
    }
    whole = _recorded(members, info)
    return MadeFile(f"{project}-{found.version}-py3-none-any.whl", _zipped(whole))


def _recorded(members: dict[str, bytes], info: str) -> dict[str, bytes]:
    record = "".join(
        f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in members.items()
    )
    return members | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}


def make_sdist(project: str, version: str = "1.0") -> MadeFile:
    """Make a source distribution without a build that could succeed."""
    base = f"{project.replace('-', '_')}-{version}"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        data = _metadata(project, version, (), None)
        member = tarfile.TarInfo(f"{base}/PKG-INFO")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return MadeFile(f"{base}.tar.gz", buffer.getvalue())


def _metadata(
    project: str, version: str, requires: tuple[str, ...], requires_python: str | None
) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {project}", f"Version: {version}"]
    if requires_python:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return ("\n".join(lines) + "\n").encode()


def _zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in members.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.external_attr = 0o644 << 16
            noise = path.endswith(".bin")
            entry.compress_type = zipfile.ZIP_STORED if noise else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _noise(seed: str, size: int) -> bytes:
    return hashlib.shake_128(seed.encode()).digest(size)
