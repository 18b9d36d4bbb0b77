"""The official index's address, which no file of this product names.

`pypi_simple` knows it. Importing that package costs 18 MiB and a quarter of a second
(requests, pydantic, an HTML parser), which an agent cannot spare for one constant;
so the constant is read from the package's source, and imported only if that fails.
"""

import ast
from importlib.util import find_spec
from pathlib import Path

from venvoy.index.upstream import FixedRoute

_CONSTANT = "PYPI_SIMPLE_ENDPOINT"


def official_index() -> str:
    """Return the address of the official index's project list."""
    found = _from_source()
    if found is not None:
        return found
    from pypi_simple import PYPI_SIMPLE_ENDPOINT  # noqa: PLC0415 - heavy, see above

    return PYPI_SIMPLE_ENDPOINT


def default_route(default_mirror: str | None) -> FixedRoute:
    """Return the route of one upstream: the given index, else the official one.

    Raises:
        InvalidInput: `mirror-url-invalid`.
    """
    return FixedRoute.to(default_mirror or official_index())


def _from_source() -> str | None:
    spec = find_spec("pypi_simple")
    if spec is None or spec.origin is None:
        return None
    try:
        tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return None
    for node in tree.body:
        value = _value_of_constant(node)
        if value is not None:
            return value
    return None


def _value_of_constant(node: ast.stmt) -> str | None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
            return text if name == _CONSTANT else None
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
            return text if name == _CONSTANT else None
    return None
