"""Keys: which dataset owns an object, and what its outputs are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarn.keys import SourceObject, dataset_of, output_digest, quarantined_object_key
from tarn.quarantine import REASON_SUFFIX

_KEYS = st.text(min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("key", "dataset"),
    [
        ("flights/2013/01.csv", "flights"),
        ("flights/a.csv", "flights"),
        ("flights/", None),
        ("flights", None),
        ("/a.csv", None),
        ("", None),
    ],
)
def test_the_dataset_is_the_keys_first_segment(key: str, dataset: str | None) -> None:
    assert dataset_of(key) == dataset


@given(first=st.tuples(_KEYS, _KEYS, _KEYS), second=st.tuples(_KEYS, _KEYS, _KEYS))
def test_outputs_of_different_sources_never_share_a_name(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    digests = {
        output_digest(SourceObject(bucket=bucket, key=key, version=version), "hash")
        for bucket, key, version in (first, second)
        if "\0" not in bucket + key + version
    }

    assert len(digests) == len({first, second}) or "\0" in "".join(first + second)


@given(name=st.text(alphabet="aé漢🛫", max_size=1024))
def test_the_key_of_a_quarantined_object_is_never_too_long_for_s3(name: str) -> None:
    key = quarantined_object_key("0" * 32, f"things/{name}") + REASON_SUFFIX

    assert len(key.encode()) <= 1024
    assert name.encode()[-100:].decode("utf-8", "ignore") in key
