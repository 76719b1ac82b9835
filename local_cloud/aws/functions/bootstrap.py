"""The first code of a function's process: it decides what the function can import.

Run as ``python -I -S -u bootstrap.py STORAGE_MB RUNTIME_DIRECTORY TASK_DIRECTORY
LAYER_DIRECTORY...``: no site-packages of the host, no current directory, no PYTHONPATH. As in
Lambda, the task comes first, then the layers, then the runtime. It imports the standard library
only, and then the runtime.

Where the kernel lets it, the process gets a /tmp of its own and of the size that the function
declares: a file system in memory, in a mount namespace that ends with the process. Where not, its
TMPDIR stays a directory that the worker watches.
"""

from __future__ import annotations

import contextlib
import os
import sys

_TMP = "/tmp"  # noqa: S108 - Lambda's own
_NEW_NAMESPACE = 0x00020000
_NEW_USER = 0x10000000
_BIND = 4096
_RECURSIVE_PRIVATE = 16384 | 1 << 18
_NO_DEVICES_NO_SET_UID = 4 | 2


def own_tmp(size_mb: int, needed: list[str]) -> None:
    """Give the process its own /tmp; raise ``OSError`` where the kernel does not let it.

    needed: directories that must stay where they are, though they may be below /tmp.
    """
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)

    def require(result: int) -> None:
        if result != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
        texts = (source.encode(), target.encode(), kind.encode())
        require(libc.mount(*texts, ctypes.c_ulong(flags), options.encode() or None))

    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_NEW_NAMESPACE) != 0:
        require(libc.unshare(_NEW_NAMESPACE | _NEW_USER))
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 - see above
                file.write(text)
    mount("none", "/", "none", _RECURSIVE_PRIVATE)
    below = [path for path in sorted(map(os.path.realpath, needed)) if path.startswith(_TMP + "/")]
    held = {path: os.open(path, os.O_PATH) for path in below}
    options = f"size={size_mb}m,mode=1777"
    mount("tmpfs", _TMP, "tmpfs", _NO_DEVICES_NO_SET_UID, options)
    for path, descriptor in held.items():
        os.makedirs(path, exist_ok=True)  # noqa: PTH103 - see above
        mount(f"/proc/self/fd/{descriptor}", path, "none", _BIND)
        os.close(descriptor)
    os.environ["TMPDIR"] = os.environ["HOME"] = _TMP


def main() -> None:
    """Set the search path and hand over to the Lambda runtime."""
    # Resolved first: a link below /tmp is hidden by the function's own /tmp, its target is not.
    storage, runtime, task, *layers = sys.argv[1], *map(os.path.realpath, sys.argv[2:])
    if storage != "0":
        # Another system, or no right to mounts: then the worker watches TMPDIR.
        with contextlib.suppress(OSError, AttributeError):
            own_tmp(int(storage), [runtime, task, *layers, sys.prefix, sys.base_prefix])
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    standard_library = list(sys.path)
    layer_paths = [
        path
        for layer in layers
        for path in (f"{layer}/python/lib/{version}/site-packages", f"{layer}/python")
        if os.path.isdir(path)  # noqa: PTH112 - pathlib costs a cold start some milliseconds
    ]
    sys.path[:] = [task, *layer_paths, *standard_library, runtime]
    sys.argv[1:] = [os.environ["_HANDLER"]]
    os.chdir(task)

    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    client = LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    bootstrap.run(os.environ["_HANDLER"], client)


if __name__ == "__main__":
    main()
