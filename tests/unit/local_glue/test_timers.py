"""Things that are done at their time, in order, or not at all."""

from __future__ import annotations

import threading

from local_cloud.aws.glue.timers import Timers


def test_actions_happen_in_the_order_of_their_times() -> None:
    timers = Timers()
    done: list[str] = []
    over = threading.Event()
    timers.after(0.02, over.set)
    timers.after(0.01, lambda: done.append("later"))
    timers.after(0, lambda: done.append("now"))
    timers.start()
    assert over.wait(timeout=10)
    timers.stop()
    assert done == ["now", "later"]


def test_a_cancelled_action_does_not_happen() -> None:
    timers = Timers()
    done: list[str] = []
    over = threading.Event()
    timers.after(0, lambda: done.append("cancelled")).cancel()
    timers.after(0.01, over.set)
    timers.start()
    assert over.wait(timeout=10)
    timers.stop()
    assert done == []


def test_nothing_happens_after_the_end() -> None:
    timers = Timers()
    timers.start()
    timers.stop()
    done: list[str] = []
    timers.after(0, lambda: done.append("too late"))
    timers.stop()
    assert done == []
