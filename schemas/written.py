"""Files that people write: YAML read by libyaml, checked against the JSON schema that stands beside the file's kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator

HERE = Path(__file__).parent


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # libyaml where there is one
    """Dates stay the text that was written."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds, dates as text.

    Raises OSError, UnicodeDecodeError, and yaml.YAMLError for what is not plain YAML: nothing in it is ever run.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Plain)  # noqa: S506 — a SafeLoader


def problems(schema: str, data: Any) -> Iterator[tuple[list[str | int], str]]:
    """Yield where and how data departs from `<schema>.schema.json` of this package: path and plain words."""
    for error in _validator(schema).iter_errors(data):
        yield list(error.instance_path), error.message


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((HERE / f"{schema}.schema.json").read_text(encoding="utf-8")))
