"""Reads what a failed tool wrote and says what to do about it."""

from __future__ import annotations

import re
from typing import Final

DISK_FULL: Final = re.compile(r"no space left on device|disk quota exceeded|os error 28", re.I)

NETWORK: Final = re.compile(
    r"could not resolve|name resolution|no such host|UnknownHost|connection refused"
    r"|network is unreachable|timed? ?out|dns error|failed to lookup|failed to fetch",
    re.I,
)

ADVICE: Final = (
    (
        re.compile(
            r"certificate verify failed|UnknownIssuer|unable to find valid certification path"
            r"|certificate signed by unknown authority",
            re.I,
        ),
        "this machine's certificates do not vouch for the server, as behind a company's proxy: "
        "point SSL_CERT_FILE at a bundle that holds the proxy's certificate.",
    ),
    (
        NETWORK,
        "the network did not answer: check the connection (and HTTPS_PROXY behind a proxy).",
    ),
    (
        re.compile(r"hash mismatch|do not match the hashes", re.I),
        "a package is not the one that was pinned: clear the cache of pip and uv.",
    ),
    (
        re.compile(r"requires go >= |invalid go version|toolchain not available", re.I),
        "the Go on PATH is too old: install Go 1.25 or newer.",
    ),
)

NO_ADVICE: Final = "the lines above say what went wrong."


def is_disk_full(output: str) -> bool:
    """Tell whether a tool failed for want of space."""
    return DISK_FULL.search(output) is not None


def is_network_trouble(output: str) -> bool:
    """Tell whether a tool failed because it could not reach its server."""
    return NETWORK.search(output) is not None


def advice(output: str) -> str:
    """Return the next step that fits a tool's output."""
    for pattern, text in ADVICE:
        if pattern.search(output):
            return text
    return NO_ADVICE
