"""The first code of a function's process: it decides what the function can import.

Run as ``python -I -S -u bootstrap.py RUNTIME_DIRECTORY TASK_DIRECTORY LAYER_DIRECTORY...``: no
site-packages of the host, no current directory, no PYTHONPATH. As in Lambda, the task comes first,
then the layers, then the runtime. It imports the standard library only, and then the runtime.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Set the search path and hand over to the Lambda runtime."""
    runtime, task, *layers = sys.argv[1:]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    standard_library = list(sys.path)
    layer_paths = [
        path
        for layer in layers
        for path in (f"{layer}/python/lib/{version}/site-packages", f"{layer}/python")
        if os.path.isdir(path)  # noqa: PTH112 - pathlib costs a cold start some milliseconds
    ]
    sys.path[:] = [task, *layer_paths, *standard_library, runtime]
    sys.argv[1:] = [os.environ["_HANDLER"]]
    os.chdir(task)

    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    client = LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    bootstrap.run(os.environ["_HANDLER"], client)


if __name__ == "__main__":
    main()
