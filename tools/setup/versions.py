"""Which of the machine's own tools will do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tools.setup.errors import EngineUnavailableError

Version = tuple[int, ...]

MINIMUM_PULUMI: Final[Version] = (3, 200)
MINIMUM_GO: Final[Version] = (1, 25)
JAVA: Final = "17"


def version_in(text: str) -> Version | None:
    """Return the first dotted number in a tool's answer, e.g. of ``go version go1.25.3 linux``."""
    match = re.search(r"(\d+(?:\.\d+)+)", text)
    return tuple(int(part) for part in match[1].split(".")) if match else None


def dotted(version: Version | None) -> str:
    """Spell a version, also one that could not be read."""
    return ".".join(map(str, version)) if version else "of unknown version"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool on PATH; ``version`` is None where it did not tell."""

    path: str
    version: Version | None


@dataclass(frozen=True, kw_only=True)
class Pulumi(Tool):
    """A Pulumi on PATH, and whether its Python language host is there too."""

    has_python_host: bool


def engine_source(*, pulumi: Pulumi | None, go: Tool | None) -> Tool:
    """Choose where the engine comes from: an installed Pulumi that will do, else Go."""
    found: list[str] = []
    if pulumi is None:
        found.append("no pulumi on PATH")
    elif pulumi.version is None or pulumi.version < MINIMUM_PULUMI:
        found.append(f"pulumi {dotted(pulumi.version)} at {pulumi.path}, which is too old")
    elif not pulumi.has_python_host:
        found.append(f"{pulumi.path} without pulumi-language-python beside it or on PATH")
    else:
        return pulumi
    if go is None:
        found.append("no go on PATH")
    elif go.version is None or go.version < MINIMUM_GO:
        found.append(f"go {dotted(go.version)} at {go.path}, which is too old")
    else:
        return go
    raise EngineUnavailableError(found=found)


@dataclass(frozen=True, kw_only=True)
class JavaSettings:
    """What ``java -XshowSettings:properties -version`` says about itself."""

    home: str
    specification: str

    @property
    def will_do(self) -> bool:
        return self.specification == JAVA


def java_settings_in(text: str) -> JavaSettings | None:
    """Read the answer of a Java, or None where it is no such answer."""
    home = re.search(r"^\s*java\.home = (.+)$", text, re.M)
    specification = re.search(r"^\s*java\.specification\.version = (\S+)$", text, re.M)
    if home is None or specification is None:
        return None
    return JavaSettings(home=home[1].strip(), specification=specification[1])
