"""What the engine marshals comes back as it was: values, secrets, unknowns, files."""

from __future__ import annotations

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.providers.properties import Path, decode, encode
from local_cloud.providers.values import UNKNOWN, Archive, Asset, Properties, Value

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"

_names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
_digests = st.text("0123456789abcdef", min_size=1, max_size=8)
_assets = st.builds(Asset, digest=_digests, text=st.text(max_size=5)) | st.builds(
    Asset, digest=_digests, path=_names
)
_archives = st.builds(Archive, digest=_digests, path=_names) | st.builds(
    Archive,
    digest=_digests,
    assets=st.dictionaries(_names, _assets, max_size=2).map(
        lambda each: tuple(sorted(each.items()))
    ),
)
_scalars = (
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda each: not each.is_integer())
    | st.text(max_size=8)
    | st.just(UNKNOWN)
    | _assets
    | _archives
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)
_properties = st.dictionaries(_names, _values, max_size=4)


def _paths(value: Value, path: Path) -> list[Path]:
    if isinstance(value, dict):
        return [path, *(p for key, item in value.items() for p in _paths(item, (*path, key)))]
    if isinstance(value, list):
        return [path, *(p for i, item in enumerate(value) for p in _paths(item, (*path, i)))]
    return [path]


@given(_properties)
def test_values_survive_the_wire(values: Properties) -> None:
    decoded = decode(encode(values))
    assert decoded.values == values
    assert decoded.secrets == frozenset()


@given(_properties, st.data())
def test_secrets_stay_where_they_are(values: Properties, data: st.DataObject) -> None:
    paths = [path for key, value in values.items() for path in _paths(value, (key,))]
    secrets = frozenset(data.draw(st.lists(st.sampled_from(paths), max_size=3)) if paths else [])
    decoded = decode(encode(values, secrets))
    assert (decoded.values, decoded.secrets) == (values, secrets)
    assert decoded.secret_names() == {path[:1] for path in secrets}


def _struct(document: dict[str, object]) -> Struct:
    return ParseDict(document, Struct())


def test_nulls_are_absent_and_whole_numbers_are_integers() -> None:
    decoded = decode(_struct({"gone": None, "inner": {"gone": None, "n": 3.0}, "half": 0.5}))
    assert decoded.values == {"inner": {"n": 3}, "half": 0.5}
    assert isinstance(decoded.values["inner"], dict)
    assert isinstance(decoded.values["inner"]["n"], int)


def test_every_unknown_of_the_engine_is_unknown() -> None:
    known = decode(_struct({"a": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}))
    of_a_list = decode(_struct({"a": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"}))
    assert (known.values, of_a_list.values) == ({"a": UNKNOWN}, {"a": UNKNOWN})


def test_an_output_value_is_its_value_or_unknown() -> None:
    output = {_SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    decoded = decode(
        _struct({"known": {**output, "value": "v", "secret": True}, "unknown": dict(output)})
    )
    assert decoded.values == {"known": "v", "unknown": UNKNOWN}
    assert decoded.secrets == {("known",)}


def test_a_resource_is_its_id() -> None:
    resource = {_SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn", "id": "bucket"}
    assert decode(_struct({"bucket": resource})).values == {"bucket": "bucket"}


def test_a_secret_inside_a_secret_is_one_value() -> None:
    inner = {_SIGNATURE: _SECRET, "value": "v"}
    assert decode(_struct({"a": {_SIGNATURE: _SECRET, "value": inner}})).values == {"a": "v"}
