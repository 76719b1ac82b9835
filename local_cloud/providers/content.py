"""The bytes of assets and archives that a program gives as inputs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from local_cloud.providers.errors import InputTypeError, ProviderError
from local_cloud.providers.values import Archive, Asset, Value

# The earliest time a zip can hold: entries must not depend on when they were packed.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def asset_bytes(name: str, value: Value) -> bytes:
    """The content of an asset input, or of a path given as a string."""
    if isinstance(value, str):
        return _file_bytes(name, value)
    if not isinstance(value, Asset):
        raise InputTypeError(name, "an asset", value)
    if value.text is not None:
        return value.text.encode()
    if value.path is not None:
        return _file_bytes(name, value.path)
    raise _unreachable(name, value.uri)


def archive_bytes(name: str, value: Value) -> bytes:
    """The zip of an archive input: the file itself if it is one, else packed reproducibly."""
    if not isinstance(value, Archive):
        raise InputTypeError(name, "an archive", value)
    if value.path is not None and not Path(value.path).is_dir():
        return _file_bytes(name, value.path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in sorted(_members(name, value, "")):
            entry = zipfile.ZipInfo(member, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _members(name: str, archive: Archive, prefix: str) -> Iterable[tuple[str, bytes]]:
    if archive.path is not None:
        root = Path(archive.path)
        for path in root.rglob("*"):
            if path.is_file():
                yield f"{prefix}{path.relative_to(root).as_posix()}", path.read_bytes()
    elif archive.assets is not None:
        for member, content in archive.assets:
            if isinstance(content, Asset):
                yield f"{prefix}{member}", asset_bytes(name, content)
            else:
                yield from _members(name, content, f"{prefix}{member}/")
    else:
        raise _unreachable(name, archive.uri)


def _file_bytes(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        message = (
            f"input {name!r} is the file {path!r}, which cannot be read: {error}. Asset paths must"
            " be absolute, or relative to the directory of the Pulumi program"
        )
        raise ProviderError(message) from error


def _unreachable(name: str, uri: str | None) -> ProviderError:
    message = (
        f"input {name!r} is at {uri!r}, and the local cloud fetches nothing from elsewhere: give"
        " the content by path or text"
    )
    return ProviderError(message)
