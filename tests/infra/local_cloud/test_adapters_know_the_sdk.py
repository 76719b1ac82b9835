"""The adapters' outputs and inputs are those that pulumi-aws promises to programs."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any, Final

import pytest

from local_cloud.providers.aws.registry import ADAPTERS

_BY_LABEL: Final = {each.resource_type.rsplit(":", 1)[-1]: each for each in ADAPTERS}
_EVERY_RESOURCE_HAS: Final = frozenset(
    {"urn", "id", "pulumi_resource_name", "pulumi_resource_type"}
)


def _sdk_class(token: str) -> type[Any]:
    _, module, name = token.split(":")
    package = module.split("/")[0]
    # A keyword of Python cannot name a module.
    found = importlib.import_module(f"pulumi_aws.{'lambda_' if package == 'lambda' else package}")
    return getattr(found, name)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name)


def _outputs(sdk: type[Any]) -> set[str]:
    properties = inspect.getmembers(sdk, lambda member: isinstance(member, property))
    return {_camel(name) for name, _ in properties if name not in _EVERY_RESOURCE_HAS}


def _inputs(sdk: type[Any]) -> set[str]:
    parameters = inspect.signature(sdk._internal_init).parameters
    return {_camel(name) for name in parameters} - {"self", "resourceName", "opts", "Props"}


@pytest.mark.parametrize("label", _BY_LABEL)
def test_every_output_of_the_sdk_is_given(label: str) -> None:
    adapter = _BY_LABEL[label]
    sdk = _sdk_class(adapter.resource_type)
    computed = _outputs(sdk) - _inputs(sdk)
    assert computed - set(adapter.computed) == set()
    assert set(adapter.computed) - _outputs(sdk) == set()


@pytest.mark.parametrize("label", _BY_LABEL)
def test_every_input_is_one_of_the_sdk(label: str) -> None:
    adapter = _BY_LABEL[label]
    assert set(adapter.inputs) - _inputs(_sdk_class(adapter.resource_type)) == set()
