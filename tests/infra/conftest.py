"""What the infrastructure's tests share: an environment, and the whole stack, recorded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from infra.archives import Archive, compiled_contracts
from infra.settings import settings_from
from infra.stack import Deliverables, build, exports
from infra.warehouse_views import read_views
from tests.infra.environments import make_deployment
from tests.infra.recording import Recording, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from infra.deployment import Deployment


@pytest.fixture
def deployment() -> Deployment:
    """An environment in which no data may be removed."""
    return make_deployment()


@pytest.fixture(scope="session")
def deliverables(tmp_path_factory: pytest.TempPathFactory) -> Deliverables:
    """The project's contracts with small files in the place of the archives."""
    directory = tmp_path_factory.mktemp("archives")
    return Deliverables(
        catalog=compiled_contracts(),
        function=_archive(directory, "function.zip", digest="f" * 32),
        layer=_archive(directory, "layer.zip", digest="a" * 32),
        job_library=_archive(directory, "library.zip", digest="b" * 32),
        job_scripts={
            job: _archive(directory, f"{job}.py", digest="c" * 32)
            for job in ("curate", "flight_performance")
        },
        views=read_views(),
    )


@pytest.fixture(scope="session")
def record_stack(deliverables: Deliverables) -> Callable[[Mapping[str, object]], Recording]:
    """Record the whole stack under the given configuration."""

    def run(values: Mapping[str, object]) -> Recording:
        settings = settings_from(values, stack="test")

        def program() -> None:
            for name, value in exports(build(settings, deliverables)).items():
                pulumi.export(name, value)

        return record(program)

    return run


@pytest.fixture(scope="session")
def stack(record_stack: Callable[[Mapping[str, object]], Recording]) -> Recording:
    """The whole stack with every default: one that keeps its data."""
    return record_stack({"environment": "test"})


def _archive(directory: Path, name: str, *, digest: str) -> Archive:
    path = directory / name
    path.write_text(f"the bytes of {name}")
    return Archive(path=path, digest=digest)
