"""Properties as the engine marshals them: secrets, unknowns, assets and archives kept.

Decoding takes the wrapping of secrets off and remembers where it was, so that adapters see plain
values and encoding puts it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct
from google.protobuf.struct_pb2 import Value as Marshalled

from local_cloud.providers import marks
from local_cloud.providers.values import UNKNOWN, Archive, Asset, Properties, Unknown, Value

Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Plain properties, and the paths at which the engine had marked a secret."""

    values: Properties
    secrets: frozenset[Path]

    def secret_names(self) -> frozenset[Path]:
        """The top-level properties that hold a secret anywhere."""
        return frozenset(path[:1] for path in self.secrets)


def decode(struct: Struct) -> Decoded:
    """Unmarshal the engine's properties; nulls inside objects are left out."""
    secrets: set[Path] = set()
    values = _decode_fields(struct, (), secrets)
    return Decoded(values=values, secrets=frozenset(secrets))


def _decode_fields(struct: Struct, path: Path, secrets: set[Path]) -> Properties:
    decoded = {
        key: _decode_value(value, (*path, key), secrets) for key, value in struct.fields.items()
    }
    return {key: value for key, value in decoded.items() if value is not None}


def _decode_value(value: Marshalled, path: Path, secrets: set[Path]) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in marks.UNKNOWNS else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [
            _decode_value(item, (*path, index), secrets)
            for index, item in enumerate(value.list_value.values)
        ]
    if kind == "struct_value":
        return _decode_struct(value.struct_value, path, secrets)
    return None


def _decode_struct(struct: Struct, path: Path, secrets: set[Path]) -> Value:
    signature = (
        struct.fields[marks.SIGNATURE].string_value if marks.SIGNATURE in struct.fields else ""
    )
    if signature == marks.SECRET:
        secrets.add(path)
        return _decode_value(struct.fields["value"], path, secrets)
    if signature == marks.OUTPUT:
        if "secret" in struct.fields and struct.fields["secret"].bool_value:
            secrets.add(path)
        has_value = "value" in struct.fields
        return _decode_value(struct.fields["value"], path, secrets) if has_value else UNKNOWN
    if signature == marks.RESOURCE:
        return _decode_value(struct.fields["id"], path, secrets)
    if signature == marks.ASSET:
        return _decode_asset(struct)
    if signature == marks.ARCHIVE:
        return _decode_archive(struct)
    return _decode_fields(struct, path, secrets)


def _text_of(struct: Struct, name: str) -> str | None:
    if name not in struct.fields or struct.fields[name].WhichOneof("kind") != "string_value":
        return None
    return struct.fields[name].string_value


def _decode_asset(struct: Struct) -> Asset:
    return Asset(
        digest=_text_of(struct, "hash") or "",
        text=_text_of(struct, "text"),
        path=_text_of(struct, "path"),
        uri=_text_of(struct, "uri"),
    )


def _decode_archive(struct: Struct) -> Archive:
    members: list[tuple[str, Asset | Archive]] = []
    if "assets" in struct.fields:
        for name, member in sorted(struct.fields["assets"].struct_value.fields.items()):
            decoded = _decode_struct(member.struct_value, (), set())
            if isinstance(decoded, Asset | Archive):
                members.append((name, decoded))
    return Archive(
        digest=_text_of(struct, "hash") or "",
        path=_text_of(struct, "path"),
        uri=_text_of(struct, "uri"),
        assets=tuple(members) if "assets" in struct.fields else None,
    )


def encode(values: Properties, secrets: frozenset[Path] = frozenset()) -> Struct:
    """Marshal properties for the engine, wrapping as secret what `secrets` names."""
    return Struct(fields={key: _encode(value, (key,), secrets) for key, value in values.items()})


def _encode(value: Value, path: Path, secrets: frozenset[Path]) -> Marshalled:
    plain = _encode_plain(value, path, secrets)
    return _signed(marks.SECRET, {"value": plain}) if path in secrets else plain


def _encode_plain(value: Value, path: Path, secrets: frozenset[Path]) -> Marshalled:
    if value is None:
        return Marshalled(null_value=NullValue.NULL_VALUE)
    if isinstance(value, bool):
        return Marshalled(bool_value=value)
    if isinstance(value, int | float):
        return Marshalled(number_value=value)
    if isinstance(value, str):
        return Marshalled(string_value=value)
    if isinstance(value, Unknown):
        return Marshalled(string_value=marks.UNKNOWN_TEXT)
    if isinstance(value, list):
        encoded = [_encode(item, (*path, index), secrets) for index, item in enumerate(value)]
        return Marshalled(list_value=ListValue(values=encoded))
    if isinstance(value, dict):
        fields = {key: _encode(item, (*path, key), secrets) for key, item in value.items()}
        return Marshalled(struct_value=Struct(fields=fields))
    return _encode_content(value)


def _encode_content(content: Asset | Archive) -> Marshalled:
    fields: dict[str, Marshalled] = {"hash": Marshalled(string_value=content.digest)}
    if content.path is not None:
        fields["path"] = Marshalled(string_value=content.path)
    if content.uri is not None:
        fields["uri"] = Marshalled(string_value=content.uri)
    if isinstance(content, Asset):
        if content.text is not None:
            fields["text"] = Marshalled(string_value=content.text)
        return _signed(marks.ASSET, fields)
    if content.assets is not None:
        members = {name: _encode_content(member) for name, member in content.assets}
        fields["assets"] = Marshalled(struct_value=Struct(fields=members))
    return _signed(marks.ARCHIVE, fields)


def _signed(signature: str, fields: dict[str, Marshalled]) -> Marshalled:
    signed = {marks.SIGNATURE: Marshalled(string_value=signature), **fields}
    return Marshalled(struct_value=Struct(fields=signed))
