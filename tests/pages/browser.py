"""Headless Chromium, driven through its own debugging protocol over two pipes.

No driver and no port: ``--remote-debugging-pipe`` reads commands at descriptor 3 and answers at 4,
each message JSON that ends with a zero byte.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class NoBrowserError(Exception):
    """No Chromium on this machine."""

    def __init__(self) -> None:
        super().__init__(
            f"none of {', '.join(NAMES)} is on PATH, so no page can be looked at: "
            "install it (Debian: apt-get install chromium) and run `make pages` again"
        )


class Browser:
    """One Chromium with one page; a context manager that ends it."""

    def __init__(self) -> None:
        binary = next(filter(None, map(shutil.which, NAMES)), None)
        if binary is None:
            raise NoBrowserError
        self.events: list[dict[str, Any]] = []
        self._number = 0
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        read_there, write_here = os.pipe()
        read_here, write_there = os.pipe()
        self._process = _started(binary, self._profile.name, read_there, write_there)
        os.close(read_there)
        os.close(write_there)
        self._commands = os.fdopen(write_here, "wb", buffering=0)
        self._answers = os.fdopen(read_here, "rb")
        self._session: str | None = None
        self._attach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._commands.close()
        self._process.terminate()
        self._process.wait(timeout=20)
        self._answers.close()
        self._profile.cleanup()

    def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send one command and wait for its answer; events on the way are kept."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    problem = f"{method}: {answer['error']}"
                    raise RuntimeError(problem)
                return cast("dict[str, Any]", answer["result"])
            self.events.append(answer)

    def open(self, page: Path, *, width: int, height: int, dark: bool) -> None:
        """Show a file as a screen of this size does, in light or dark."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self.command("Page.navigate", url=page.as_uri())
        while not any(each.get("method") == "Page.loadEventFired" for each in self.events):
            self.events.append(self._receive())

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the script returns
        """Return the value of a script's expression in the page."""
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self, file: Path, *, clip: Mapping[str, float] | None = None) -> None:
        """Write the whole page, or a part of it, as PNG."""
        part = {"clip": {**clip, "scale": 1}} if clip else {}
        answer = self.command(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True, **part
        )
        file.write_bytes(base64.b64decode(answer["data"]))

    def _attach(self) -> None:
        targets = self.command("Target.getTargets")["targetInfos"]
        page = next((one["targetId"] for one in targets if one["type"] == "page"), None)
        if page is None:
            page = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.command(f"{domain}.enable")

    def _receive(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                problem = f"the browser ended with code {self._process.wait(timeout=20)}"
                raise RuntimeError(problem)
            message += byte
        return cast("dict[str, Any]", json.loads(message))


def _started(binary: str, profile: str, commands: int, answers: int) -> subprocess.Popen[bytes]:
    def place() -> None:
        # First out of the way of 3 and 4, where the browser looks.
        reading, writing = os.dup(commands), os.dup(answers)
        high = [os.dup(reading), os.dup(writing)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    return subprocess.Popen(
        [binary, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=place,
        pass_fds=(3, 4),
    )
