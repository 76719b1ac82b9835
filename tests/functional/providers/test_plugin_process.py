"""How a plugin's process ends: on the engine's word, and never later."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

ENGINES_PATIENCE_SECONDS = 5
"""How long the engine waits for a plugin after SIGINT before it kills it, and the user waits too
(pulumi/sdk/go/common/resource/plugin/plugin.go, ExecPlugin)."""


@pytest.mark.parametrize("provider", ["aws", "snowflake"])
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM], ids=lambda word: word.name)
def test_a_plugin_ends_by_itself_when_the_engine_says_so(
    provider: str, word: signal.Signals
) -> None:
    plugin = subprocess.Popen(
        [sys.executable, "-m", f"local_cloud.providers.{provider}"],
        stdout=subprocess.PIPE,
        process_group=0,
        text=True,
    )
    try:
        assert plugin.stdout is not None
        assert int(plugin.stdout.readline()) > 0
        os.killpg(plugin.pid, word)
        assert plugin.wait(timeout=ENGINES_PATIENCE_SECONDS) == 0
    finally:
        plugin.kill()
        plugin.communicate()


def test_a_plugin_whose_engine_is_gone_before_it_serves_ends_by_itself() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    plugin = subprocess.Popen(
        [sys.executable, "-m", "local_cloud.providers.aws"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TARN_ENGINE_PID": str(ended.pid)},
    )
    try:
        assert plugin.wait(timeout=30) == 0
    finally:
        plugin.kill()
        plugin.wait()
