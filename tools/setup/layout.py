"""Where set-up puts what."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The places of one checkout; everything but ``.venv`` lies under ``.tarn``."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / ".tarn"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def venv_python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def uv(self) -> Path:
        return self.venv / "bin" / "uv"

    @property
    def native_engine(self) -> Path:
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.venv / "lib" / python / "site-packages" / "tarn_native" / "engine.so"

    @property
    def requirements(self) -> Path:
        return self.root / "requirements.lock"

    @property
    def jars_lock(self) -> Path:
        return self.root / "tools" / "jars.lock"

    @property
    def toolchain(self) -> Path:
        """``bin/`` in it goes first on PATH of whatever drives Pulumi."""
        return self.home / "toolchain"

    @property
    def actionlint(self) -> Path:
        return self.home / "actionlint"

    @property
    def jre(self) -> Path:
        """A link to the Java 17 home that Spark runs on."""
        return self.home / "jre"

    @property
    def jars(self) -> Path:
        return self.home / "jars"

    @property
    def class_archives(self) -> Path:
        return self.home / "class_archives"

    @property
    def lambda_runtime(self) -> Path:
        return self.home / "lambda_runtime"

    @property
    def stamps(self) -> Path:
        return self.home / "stamps"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def aside(self) -> Path:
        """Work in progress; a finished part is renamed out of it."""
        return self.home / "aside"
