"""The SDK's debug messages reach the engine: all of them, in their order, in few calls."""

from __future__ import annotations

from infra.debug_messages import BUNDLE, BundledMessages


def test_every_message_is_told_in_order_and_in_bundles() -> None:
    calls: list[str] = []
    debug = BundledMessages(calls.append)
    messages = [f"message {number}" for number in range(2 * BUNDLE + 1)]

    for message in messages:
        debug(message)
    assert len(calls) == 2
    debug.tell_all()
    debug.tell_all()

    assert len(calls) == 3
    assert "\n".join(calls).split("\n") == messages


def test_what_is_said_of_a_stream_is_told_at_once() -> None:
    calls: list[tuple[object, ...]] = []
    debug = BundledMessages(lambda *given: calls.append(given))

    debug("of a stream", stream_id=7)

    assert calls == [("of a stream", None, 7, None)]
