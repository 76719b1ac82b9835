"""The source files behind changed archives.

An archive is compared entry by entry, by content, so times and order do not count.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from review.model import JsonValue
from review.steps import Step

_KEY: Final = "key"
_ASSETS: Final = ("asset", "archive")


def changed_files(
    old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], base_root: Path, head_root: Path
) -> tuple[str, ...]:
    """Return the files behind assets that both have and that differ, relative to the repository.

    What was made for the archive (``contracts.json``) stands for the files of the folder of that
    name; without one, it is told by its name in the archive.
    """
    found: set[str] = set()
    before = dict(_assets(old, ""))
    for path, after in _assets(new, ""):
        if path in before:
            for name in _differing(base_root / before[path], head_root / after, head_root):
                found.update(_sources(name, base_root, head_root))
    return tuple(sorted(found))


def stored_under(
    steps: Sequence[Step], files: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], Sequence[str]]:
    """Return changed files by the old and new key under which their archive is stored.

    A function or a job names the key of its code, so the files are what changes about it.
    """
    found: dict[tuple[str, str], Sequence[str]] = {}
    for step in steps:
        old, new = step.old.get(_KEY), step.new.get(_KEY)
        if files[step.urn] and isinstance(old, str) and isinstance(new, str) and old != new:
            found[old, new] = files[step.urn]
    return found


def _assets(value: JsonValue | Mapping[str, JsonValue], path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        kind = next((kind for kind in _ASSETS if kind in value and "hash" in value), None)
        if kind is not None:
            yield path, str(value[kind])
            return
        for name, one in value.items():
            yield from _assets(one, f"{path}.{name}")
    elif isinstance(value, list):
        for position, one in enumerate(value):
            yield from _assets(one, f"{path}[{position}]")


def _sources(name: str, base_root: Path, head_root: Path) -> Iterator[str]:
    """Yield the files of the repository that an entry of an archive is made from."""
    folder = Path(name).with_suffix("").as_posix()
    if any((root / name).is_file() for root in (base_root, head_root)):
        yield name
    elif any((root / folder).is_dir() for root in (base_root, head_root)):
        texts = [
            {path.name: path.read_bytes() for path in sorted((root / folder).glob("*.yaml"))}
            for root in (base_root, head_root)
        ]
        for file in sorted(texts[0].keys() | texts[1].keys()):
            if texts[0].get(file) != texts[1].get(file):
                yield f"{folder}/{file}"
    else:
        yield name


def _differing(before: Path, after: Path, head_root: Path) -> Iterator[str]:
    if not (before.is_file() and after.is_file()):
        return
    if not (zipfile.is_zipfile(before) and zipfile.is_zipfile(after)):
        if before.read_bytes() != after.read_bytes():
            yield after.relative_to(head_root).as_posix()
        return
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        contents = [
            {one.filename: (one.CRC, one.file_size) for one in archive.infolist()}
            for archive in (old, new)
        ]
    for name in contents[0].keys() | contents[1].keys():
        if contents[0].get(name) != contents[1].get(name):
            yield name
