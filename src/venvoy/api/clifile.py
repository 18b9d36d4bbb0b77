"""`<data>/cli.toml`: with it the CLI on this machine is signed in.

It holds the address, whom to trust there, and a token with an admin's rights; only its
owner may read it. The token stays the same over restarts; a file that is missing or
broken, or a token that was revoked, is made anew.
"""

import json
import tomllib
from pathlib import Path

from venvoy.bus.files import write_private
from venvoy.controller.context import Context
from venvoy.controller.reach import Reach
from venvoy.controller.tokens import ensure_cli_token


async def ensure_cli_file(ctx: Context, reach: Reach) -> Path:
    """Write the file unless it stands as it should; return where it is.

    Args:
        ctx: the controller's.
        reach: where the CLI of this machine reaches it.

    Raises:
        Unavailable: the file or the database cannot be written.
    """
    path = ctx.settings.data / "cli.toml"
    before = _read(path)
    known = before.get("token")
    token = await ensure_cli_token(ctx, known if isinstance(known, str) else None)
    after = {"url": reach.here, "token": token}
    if reach.here_ca is not None:
        authority = path.with_name("cli-ca.pem")
        write_private(authority, reach.here_ca.encode())
        after["ca"] = str(authority)
    if token is not None and before != after:
        # A JSON string is a TOML basic string.
        lines = [f"{key} = {json.dumps(value)}\n" for key, value in after.items()]
        write_private(path, "".join(lines).encode())
    return path


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
