"""The Bicep files as pycep reads them, and the JSON files they load: all in memory, so that a test can change one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from pycep import BicepParser

PROJECT = Path(__file__).parents[2]
MAIN = "bicep/main.bicep"
_COMMENT = re.compile(r"(?m)(?<![:'])//.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One `param`. `default` is None where there is none."""

    type: str
    default: Any
    decorators: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One `resource`, its loop and condition taken off."""

    symbol: str
    type: str
    existing: bool
    config: Mapping[str, Any]

    def value(self, dotted: str) -> Any:
        """What stands at `a.b.c` of its body; None if nothing does."""
        found: Any = self.config
        for name in dotted.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One `module`, its loop taken off. `path` counts from the project."""

    symbol: str
    path: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One .bicep file. `path` counts from the project; `code` is its text without comments."""

    path: str
    code: str
    parameters: Mapping[str, Parameter]
    variables: Mapping[str, Any]
    resources: tuple[Resource, ...]
    modules: tuple[Module, ...]
    outputs: Mapping[str, Any]

    def resource(self, symbol: str) -> Resource:
        """The resource of that name."""
        (found,) = [each for each in self.resources if each.symbol == symbol]
        return found

    def loaded_files(self) -> set[str]:
        """What it loads with loadJsonContent, counted from the project."""
        return {_beside(self.path, name) for name in re.findall(r"loadJsonContent\('([^']+)'\)", self.code)}


@dataclass(frozen=True, slots=True)
class Templates:
    """The text of every file that a deployment is made of, by its path in the project."""

    files: Mapping[str, str]

    def template(self, path: str) -> Template:
        """One .bicep file, parsed."""
        return _parsed(path, self.files[path])

    def all(self) -> Iterator[Template]:
        """Every .bicep file, parsed."""
        return (self.template(path) for path in sorted(self.files) if path.endswith(".bicep"))

    def json(self, path: str) -> Any:
        """One JSON file, decoded."""
        return json.loads(self.files[path])

    def parameter_files(self) -> dict[str, dict[str, Any]]:
        """What each .bicepparam file gives, by path."""
        paths = [path for path in self.files if path.endswith(".bicepparam")]
        return {path: _assignments(self.files[path]) for path in paths}

    def changed(self, path: str, old: str, new: str) -> Templates:
        """The same, with one thing in one file different."""
        text = self.files[path]
        assert old in text, f"{path} has no {old!r} to change"
        return Templates({**self.files, path: text.replace(old, new, 1)})


@cache
def templates() -> Templates:
    """The files as they are in the project."""
    bicep = [path for path in (PROJECT / "bicep").rglob("*") if path.suffix in {".bicep", ".bicepparam", ".json"}]
    infra = (PROJECT / "infra").glob("*.json")
    return Templates({path.relative_to(PROJECT).as_posix(): path.read_text("utf-8") for path in [*bicep, *infra]})


@cache
def _parser() -> BicepParser:
    return BicepParser(add_line_numbers=False)


@cache
def _parsed(path: str, text: str) -> Template:
    tree: Any = _parser().parse(text=text)
    return Template(
        path=path,
        code=_COMMENT.sub("", text),
        parameters={name: _parameter(each) for name, each in tree.get("parameters", {}).items()},
        variables={name: _plain(each["value"]) for name, each in tree.get("variables", {}).items()},
        resources=tuple(_resource(symbol, each) for symbol, each in tree.get("resources", {}).items()),
        modules=tuple(_module(path, symbol, each) for symbol, each in tree.get("modules", {}).items()),
        outputs={name: _plain(each["value"]) for name, each in tree.get("outputs", {}).items()},
    )


def _parameter(tree: Any) -> Parameter:
    decorators = {each["type"]: each.get("argument", True) for each in tree["decorators"]}
    return Parameter(type=tree["type"], default=tree["default"], decorators=decorators)


def _resource(symbol: str, tree: Any) -> Resource:
    return Resource(symbol=symbol, type=tree["type"], existing=tree["existing"], config=_body(tree["config"]))


def _module(path: str, symbol: str, tree: Any) -> Module:
    parameters = _body(tree["config"])["params"]
    return Module(symbol=symbol, path=_beside(path, tree["detail"]["path"]), parameters=parameters)


def _body(config: Any) -> dict[str, Any]:
    while "config" in config and ("loop_type" in config or "condition" in config):
        config = config["config"]
    return dict(_plain(config))


def _plain(value: Any) -> Any:
    """Chains of names as one dotted text, keys without quotes."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value.get("operator"):
        case {"type": "property_accessor", "operands": {"operand_1": first, "operand_2": second}}:
            parts = _plain(first), _plain(second)
            if all(isinstance(part, str) for part in parts):
                return ".".join(parts)
    return {str(key).strip("'"): _plain(each) for key, each in value.items()}


def _assignments(text: str) -> dict[str, Any]:
    """pycep does not know parameter files, but their assignments look like those of variables."""
    body = re.sub(r"(?m)^param ", "var ", re.sub(r"(?m)^using .*$", "", text))
    tree: Any = _parser().parse(text=body)
    return {name: _plain(each["value"]) for name, each in tree["variables"].items()}


def _beside(path: str, name: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / name).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
