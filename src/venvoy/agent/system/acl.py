"""Access control lists of Linux, as the kernel takes them in extended attributes.

Written without a library or a program of their own, of which bare machines have none.
Layout: `struct posix_acl_xattr_header` and `posix_acl_xattr_entry` of the kernel's
`include/uapi/linux/posix_acl_xattr.h`: little-endian, entries ordered by tag, then id.
"""

import struct
from collections.abc import Iterable

ACCESS = "system.posix_acl_access"
DEFAULT = "system.posix_acl_default"
"""What new entries of a directory begin with."""

_VERSION = 2
_OWNER, _USER, _OWNING_GROUP, _GROUP, _MASK, _OTHERS = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NOBODY = 0xFFFFFFFF
_ALL, _READ = 7, 5


def writable_by(users: Iterable[int], groups: Iterable[int]) -> bytes:
    """Return the list of a directory that its owner and these may write to, all may read.

    Args:
        users: numbers.
        groups: numbers.
    """
    entries = [
        (_OWNER, _ALL, _NOBODY),
        *((_USER, _ALL, number) for number in sorted(set(users))),
        (_OWNING_GROUP, _READ, _NOBODY),
        *((_GROUP, _ALL, number) for number in sorted(set(groups))),
        (_MASK, _ALL, _NOBODY),
        (_OTHERS, _READ, _NOBODY),
    ]
    return struct.pack("<I", _VERSION) + b"".join(struct.pack("<HHI", *each) for each in entries)
