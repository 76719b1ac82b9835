"""The Python packages that a job may import: those of Glue 5.1, and nothing of this project.

A directory of links stands in for ``site-packages``. The job's interpreter runs without the
``site`` module and outside the virtual environment, so no ``.pth`` file is read: neither the
repository nor a package that Glue does not have can be imported by mistake.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from pathlib import Path
from typing import Final

from local_cloud.aws.glue.errors import GlueRuntimeMissingError

REQUIRED: Final = ("boto3", "botocore", "dateutil", "jmespath", "py4j", "pyspark", "s3transfer")
"""What every job can count on, and what the two sides of PySpark need."""

OPTIONAL: Final = (
    "certifi",
    "fsspec",
    "numpy",
    "numpy.libs",
    "packaging",
    "pandas",
    "pandas.libs",
    "pyarrow",
    "pyarrow.libs",
    "pytz",
    "requests",
    "scipy",
    "scipy.libs",
    "six.py",
    "typing_extensions.py",
    "tzdata",
    "urllib3",
)
"""What Glue has too, linked when this project's environment has it."""


def interpreter() -> Path:
    """Return the Python outside of the virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable))


def spark_home() -> Path:
    """Return the directory of PySpark, which contains a whole Spark."""
    return _site_packages() / "pyspark"


def link_packages(directory: Path) -> Path:
    """Fill the directory with links to the packages; return it. Safe to repeat and to race."""
    site_packages = _site_packages()
    missing = [name for name in REQUIRED if not (site_packages / name).exists()]
    if missing:
        raise GlueRuntimeMissingError(
            what=f"{site_packages} has no {', '.join(missing)}",
            next_step="`make setup` installs the packages.",
        )
    directory.mkdir(parents=True, exist_ok=True)
    for name in (*REQUIRED, *OPTIONAL):
        if (site_packages / name).exists():
            with contextlib.suppress(FileExistsError):
                (directory / name).symlink_to(site_packages / name)
    return directory


def _site_packages() -> Path:
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        raise GlueRuntimeMissingError(
            what="the package pyspark is not installed",
            next_step="`make setup` installs the packages.",
        )
    return Path(found.origin).parents[1]
