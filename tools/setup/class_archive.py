"""The step that shortens the start of local Glue jobs: an archive of their JVM's classes."""

from __future__ import annotations

from typing import Final

from tools.setup.command import Runner
from tools.setup.layout import Layout
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

_RUNTIME: Final = ("launcher.py", "spark.py", "runtime/training.py")


def class_archive_step(layout: Layout) -> Step:
    """Plan ``.tarn/class_archives``."""
    glue = layout.root / "local_cloud" / "aws" / "glue"
    return Step(
        name="class_archive",
        title="class archive of Spark",
        key=fingerprint(layout.jars_lock, layout.requirements, *(glue / name for name in _RUNTIME)),
        products=(layout.class_archives,),
        keeps_mib=240,
        needs_mib=240,
        build=lambda runner: _train(layout, runner),
    )


def _train(layout: Layout, runner: Runner) -> None:
    command = [layout.venv_python, "-m", "local_cloud.aws.glue.class_archive"]
    runner.run("running a job to learn its classes", command, cwd=layout.root)
