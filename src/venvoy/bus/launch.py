"""Become another program that dies with the one that started this.

Run as a script of its own (`python -I -S launch.py PARENT PROGRAM ARGUMENT…`), with
nothing but the standard library, because code between fork and exec of a threaded
process may deadlock. On Linux the kernel then kills the program when the parent's
starting thread ends (`prctl(2)`, PR_SET_PDEATHSIG), even by `kill -9`; the setting
outlives exec. Elsewhere the program is started as it is.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie this process to its parent, then replace it by the program.

    Args:
        arguments: the parent's process id, the program, its arguments.
    """
    parent, program = int(arguments[0]), arguments[1]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
        # The parent may have died before the call, and then no signal would come.
        if os.getppid() != parent:
            sys.exit("the parent process is gone")
    os.execv(program, arguments[1:])  # noqa: S606 - replacing this process is the point


if __name__ == "__main__":
    main(sys.argv[1:])
