"""All that differs between POSIX and Windows on a node, behind one set of names.

| name | what it is for |
|---|---|
| `Pointers` | the stable path's link: a symlink, a junction on Windows |
| `lock`, `open_directory`, `move` | pins, and moving a prefix that nobody pins |
| `lock_holders` | who holds pins |
| `remove_tree` | deleting, also below long paths and of write-protected files |
| `SCRIPTS`, `PYTHON`, `PIP_CONFIG` | the layout of a virtual environment |
| `start_options`, `end_softly`, `end_group`, `members` | children and their offspring |
| `on_stop` | the signals that end the agent in order |
| `become` | a command in place of this process, or as its child |
| `flush`, `flush_directory` | what outlives a power failure |
| `give_way` | a thread whose work can wait |
| `weak_point` | what others than root may replace on the way to a program |
| `own_user` | whom this process runs as |
| `HAS_RIGHTS`, `knows_user`, `knows_group`, `let_write` | who may write to prefixes |
| `SERVICES`, `owns` | who keeps processes running, and as whom |
| `is_self`, `may_become_others`, `become_user` | as whom commands run |
| `start_as`, `variables_of`, `give` | children that run as somebody else |
| `session_variables` | how a child finds this user's service manager |

The rest of the agent asks for no platform. `posix` and `windows` have the same names
with the same types, which `make check` shows for both.
"""

import sys

if sys.platform == "win32":
    from venvoy.agent.system.windows import (
        PIP_CONFIG,
        PYTHON,
        SCRIPTS,
        Pointers,
        become,
        end_group,
        end_softly,
        flush,
        flush_directory,
        give_way,
        lock,
        lock_holders,
        members,
        move,
        on_stop,
        open_directory,
        own_user,
        remove_tree,
        start_options,
        weak_point,
    )
    from venvoy.agent.system.windows_accounts import (
        HAS_RIGHTS,
        SERVICES,
        become_user,
        give,
        is_self,
        knows_group,
        knows_user,
        let_write,
        may_become_others,
        owns,
        session_variables,
        start_as,
        variables_of,
    )
else:
    from venvoy.agent.system.accounts import (
        HAS_RIGHTS,
        SERVICES,
        become_user,
        give,
        is_self,
        knows_group,
        knows_user,
        let_write,
        may_become_others,
        owns,
        session_variables,
        start_as,
        variables_of,
    )
    from venvoy.agent.system.flocks import lock_holders
    from venvoy.agent.system.flush import flush
    from venvoy.agent.system.posix import (
        PIP_CONFIG,
        PYTHON,
        SCRIPTS,
        Pointers,
        become,
        end_group,
        end_softly,
        flush_directory,
        give_way,
        lock,
        members,
        move,
        on_stop,
        open_directory,
        own_user,
        remove_tree,
        start_options,
    )
    from venvoy.agent.system.trust import weak_point

__all__ = [
    "HAS_RIGHTS",
    "PIP_CONFIG",
    "PYTHON",
    "SCRIPTS",
    "SERVICES",
    "Pointers",
    "become",
    "become_user",
    "end_group",
    "end_softly",
    "flush",
    "flush_directory",
    "give",
    "give_way",
    "is_self",
    "knows_group",
    "knows_user",
    "let_write",
    "lock",
    "lock_holders",
    "may_become_others",
    "members",
    "move",
    "on_stop",
    "open_directory",
    "own_user",
    "owns",
    "remove_tree",
    "session_variables",
    "start_as",
    "start_options",
    "variables_of",
    "weak_point",
]
