"""YAML that remembers where each field stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

FieldPath = tuple[str | int, ...]


class YamlFaultError(Exception):
    """The text is not YAML that a contract may be written in. Caught by the compilation."""

    def __init__(self, *, line: int, wrong: str, allowed: str) -> None:
        self.line = line
        self.wrong = wrong
        self.allowed = allowed
        super().__init__(f"line {line}: {wrong}")


@dataclass(frozen=True, kw_only=True)
class Document:
    """The values of one YAML file and the line of each."""

    file: Path
    values: Mapping[str, object]
    lines: Mapping[FieldPath, int]

    def line_of(self, path: FieldPath) -> int:
        """Return the line of a field, or of the nearest parent that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def describe(self, path: FieldPath) -> str:
        """Spell a path, naming list entries by their name where they have one."""
        spelled = ""
        value: object = self.values
        for step in path:
            value = _step(value, step)
            if isinstance(step, int):
                spelled += f"[{_entry_name(value) or step}]"
            else:
                spelled += f".{step}" if spelled else step
        return spelled


def read_document(file: Path) -> Document:
    """Read a YAML file; YamlFaultError when it is not one mapping without repeated keys."""
    text = _read_text(file)
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise YamlFaultError(line=1, wrong="is not a mapping", allowed="one ODCS contract")
        reading = _Reading(loader=loader, lines={(): 1}, open_nodes=set())
        values = reading.mapping(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFaultError(
            line=mark.line + 1 if mark else 1, wrong=f"is not YAML: {error.problem}", allowed="YAML"
        ) from error
    except (yaml.reader.ReaderError, ValueError) as error:
        raise YamlFaultError(line=1, wrong=f"is not YAML: {error}", allowed="YAML") from error
    finally:
        loader.dispose()
    return Document(file=file, values=values, lines=reading.lines)


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise YamlFaultError(line=1, wrong="is not UTF-8", allowed="UTF-8 text") from error


@dataclass(frozen=True, kw_only=True)
class _Reading:
    loader: yaml.SafeLoader
    lines: dict[FieldPath, int]
    open_nodes: set[int]
    """Nodes being read: one met again inside itself is an endless alias."""

    def value(self, node: yaml.Node, path: FieldPath) -> object:
        if id(node) in self.open_nodes:
            raise YamlFaultError(
                line=_line(node), wrong="an alias holds itself", allowed="finite values"
            )
        self.open_nodes.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return self.sequence(node, path)
            return cast("object", self.loader.construct_object(node, deep=True))
        finally:
            self.open_nodes.discard(id(node))

    def mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, object]:
        self.loader.flatten_mapping(node)
        values: dict[str, object] = {}
        for key_node, value_node in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            key = str(cast("object", self.loader.construct_object(key_node, deep=True)))
            if key in values:
                raise YamlFaultError(
                    line=_line(key_node), wrong=f"the key {key!r} is repeated", allowed="one of it"
                )
            self.lines[*path, key] = _line(key_node)
            values[key] = self.value(value_node, (*path, key))
        return values

    def sequence(self, node: yaml.SequenceNode, path: FieldPath) -> list[object]:
        values: list[object] = []
        for index, entry in enumerate(cast("list[yaml.Node]", node.value)):
            self.lines[*path, index] = _line(entry)
            values.append(self.value(entry, (*path, index)))
        return values


def _line(node: yaml.Node) -> int:
    return cast("int", node.start_mark.line) + 1


def _step(value: object, step: str | int) -> object:
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value).get(step)
    if isinstance(value, Sequence) and isinstance(step, int) and step < len(value):
        return cast("Sequence[object]", value)[step]
    return None


def _entry_name(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return None
    entry = cast("Mapping[object, object]", value)
    name = entry.get("name") or entry.get("property")
    return name if isinstance(name, str) else None
