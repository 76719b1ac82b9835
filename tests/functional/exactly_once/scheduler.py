"""Tasks that take turns: one runs at a time, and a seed says which goes on.

A task is a thread that stops at every call it makes to the outside. So two functions on one file, a
frozen one and a killed one are orders of turns, and a seed repeats them exactly.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import Final

_TASK: Final = threading.local()
_PATIENCE_SECONDS: Final = 60


class KilledError(BaseException):
    """The process ended here: nothing that the code does can catch that."""


class Task:
    """One attempt of a function or a job, which pauses at its calls."""

    def __init__(self, name: str, body: Callable[[], None]) -> None:
        self.name = name
        self.done = False
        self.calls = 0
        self._body = body
        self._turn = threading.Semaphore(0)
        self._paused = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._failure: BaseException | None = None

    def advance(self) -> None:
        """Let the task run to its next call or its end."""
        if not self._thread.ident:
            self._thread.start()
        self._turn.release()
        if not self._paused.acquire(timeout=_PATIENCE_SECONDS):
            raise TimeoutError(self.name)
        if self._failure is not None:
            raise self._failure

    def pause(self) -> None:
        """Give the turn back, from within the task."""
        self.calls += 1
        self._paused.release()
        self._turn.acquire()

    def _run(self) -> None:
        self._turn.acquire()
        _TASK.current = self
        try:
            self._body()
        except KilledError:
            pass
        except BaseException as error:  # noqa: BLE001 - told in the thread of the scheduler
            self._failure = error
        finally:
            self.done = True
            self._paused.release()


def current_task() -> Task | None:
    """Return the task whose thread asks; None in any other thread."""
    return getattr(_TASK, "current", None)


class Scheduler:
    """Holds the tasks that are under way."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.tasks: list[Task] = []

    def start(self, name: str, body: Callable[[], None]) -> None:
        """Put a task among the others; it does nothing before its first turn."""
        self.tasks.append(Task(name, body))

    def turn(self) -> None:
        """Let one task go on to its next call."""
        task = self._random.choice(self.tasks)
        task.advance()
        if task.done:
            self.tasks.remove(task)

    def finish(self) -> None:
        """Let all tasks come to their ends, turn by turn."""
        while self.tasks:
            self.turn()
