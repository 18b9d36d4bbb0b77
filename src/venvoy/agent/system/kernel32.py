"""The two calls to Windows that Python has no name for.

Constants are those of <winbase.h>, <fileapi.h>, <winioctl.h> and <winerror.h>.
"""

import ctypes
import sys

_FAIL_AT_ONCE, _EXCLUSIVE = 0x1, 0x2
_LOCK_VIOLATION = 33
_WRITE, _SHARE_ALL, _OPEN_EXISTING = 0x4000_0000, 0x7, 3
_BACKUP_SEMANTICS, _OPEN_REPARSE_POINT = 0x0200_0000, 0x0020_0000
_SET_REPARSE_POINT = 0x0009_00A4


class _Overlapped(ctypes.Structure):
    _fields_ = (
        ("Internal", ctypes.c_void_p),
        ("InternalHigh", ctypes.c_void_p),
        ("Offset", ctypes.c_uint32),
        ("OffsetHigh", ctypes.c_uint32),
        ("hEvent", ctypes.c_void_p),
    )


if sys.platform == "win32":
    import msvcrt

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = ctypes.c_void_p

    def lock_first_byte(descriptor: int, *, exclusive: bool) -> bool:
        """Lock the first byte of an open file without waiting; whether that went well.

        Raises:
            OSError: for another reason than somebody else's lock.
        """
        flags = _FAIL_AT_ONCE | (_EXCLUSIVE if exclusive else 0)
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(descriptor))
        if _kernel.LockFileEx(handle, flags, 0, 1, 0, ctypes.byref(_Overlapped())):
            return True
        number = ctypes.get_last_error()
        if number == _LOCK_VIOLATION:
            return False
        raise ctypes.WinError(number)

    def set_reparse_point(path: str, buffer: bytes) -> None:
        """Write a reparse point over a directory's, in one step.

        Raises:
            OSError: the directory cannot be opened, or takes none.
        """
        flags = _BACKUP_SEMANTICS | _OPEN_REPARSE_POINT
        opened = _kernel.CreateFileW(path, _WRITE, _SHARE_ALL, None, _OPEN_EXISTING, flags, None)
        handle = ctypes.c_void_p(opened)
        if handle.value == ctypes.c_void_p(-1).value:
            raise ctypes.WinError(ctypes.get_last_error())
        done = ctypes.byref(ctypes.c_uint32())
        size = len(buffer)
        try:
            if not _kernel.DeviceIoControl(
                handle, _SET_REPARSE_POINT, buffer, size, None, 0, done, None
            ):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            _kernel.CloseHandle(handle)

else:

    def lock_first_byte(descriptor: int, *, exclusive: bool) -> bool:
        """Exist, for the type checker: only Windows locks so."""
        raise NotImplementedError

    def set_reparse_point(path: str, buffer: bytes) -> None:
        """Exist, for the type checker: only Windows has reparse points."""
        raise NotImplementedError
