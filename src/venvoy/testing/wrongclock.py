"""A machine whose clock is wrong, played by a library that is loaded before the C library.

Every process of such a machine sees another time; timers, which go by the monotonic
clock, run as ever. Needs a C compiler.
"""

import shutil
import subprocess
from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *found) {
    int done = syscall(SYS_clock_gettime, clock, found);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        found->tv_sec += AHEAD;
    return done;
}

time_t time(time_t *kept) {
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    if (kept) *kept = found.tv_sec;
    return found.tv_sec;
}

int gettimeofday(struct timeval *restrict kept, void *restrict zone) {
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    kept->tv_sec = found.tv_sec;
    kept->tv_usec = found.tv_nsec / 1000;
    return 0;
}
"""


def can_be_made() -> bool:
    """Whether this machine has a C compiler."""
    return shutil.which("cc") is not None


def wrong_clock(directory: Path, ahead_s: int) -> dict[str, str]:
    """Return the variables with which a process sees a clock that is ahead, or behind.

    Args:
        directory: where the library is put.
        ahead_s: seconds; negative for behind.
    """
    source, library = directory / "clock.c", directory / "clock.so"
    source.write_text(_SOURCE)
    command = ["cc", "-shared", "-fPIC", "-O1", f"-DAHEAD=({ahead_s})", "-o", str(library)]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    return {"LD_PRELOAD": str(library)}
