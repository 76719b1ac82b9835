"""What is deployed as bytes: the function, its layer, the jobs' library and scripts, the contracts.

Built from the same sources an archive is the same, byte for byte, so that a preview shows a change
only where one is. (Not named "packaging": the engine puts infra/ first on the import path, and
Pulumi itself imports a package of that name.)
"""

from __future__ import annotations

from infra.archives.contracts import compiled_contracts
from infra.archives.layer import layer_archive
from infra.archives.sources import function_archive, job_library_archive, job_script
from infra.archives.zips import Archive

__all__ = [
    "Archive",
    "compiled_contracts",
    "function_archive",
    "job_library_archive",
    "job_script",
    "layer_archive",
]
