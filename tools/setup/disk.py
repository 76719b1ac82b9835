"""The disk: what is free on it, and how a finished directory takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path

MIB = 1024 * 1024


def free_mib(place: Path) -> int:
    """Return the free space where ``place`` is, or will be."""
    existing = next(parent for parent in (place, *place.parents) if parent.exists())
    return shutil.disk_usage(existing).free // MIB


def fresh_directory(path: Path) -> Path:
    """Return ``path`` as an empty directory."""
    remove(path)
    path.mkdir(parents=True)
    return path


def remove(path: Path) -> None:
    """Remove a file, link or directory, or nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put_in_place(finished: Path, target: Path) -> None:
    """Rename ``finished`` to ``target``, whatever stood there; both on one file system."""
    target.parent.mkdir(parents=True, exist_ok=True)
    previous = finished.with_name(f"{finished.name}.previous")
    remove(previous)
    if target.exists() or target.is_symlink():
        target.rename(previous)
    finished.rename(target)
    remove(previous)
