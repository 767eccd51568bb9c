"""Route templates of HTTP triggers, matched as ASP.NET Core matches them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote
from uuid import UUID

Target = TypeVar("Target")
_PARAMETER = re.compile(r"\{(\*{0,2})([A-Za-z_]\w*)((?::[^{}:?=]+(?:\([^()]*\))?)*)(\?|=[^{}]*)?\}")
_LITERAL, _CONSTRAINED, _PARAMETER_RANK, _CATCH_ALL = range(4)


class RouteError(ValueError):
    """A route template that cannot be understood."""


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _is_number(kind: Callable[[str], float], low: float, high: float) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            return "_" not in text and low <= kind(text) <= high
        except ValueError:
            return False

    return check


_NUMBER = float("inf")
_CONSTRAINTS: dict[str, Callable[[str], bool]] = {
    "int": _is_number(int, -(2**31), 2**31 - 1),
    "long": _is_number(int, -(2**63), 2**63 - 1),
    "decimal": _is_number(float, -_NUMBER, _NUMBER),
    "double": _is_number(float, -_NUMBER, _NUMBER),
    "float": _is_number(float, -_NUMBER, _NUMBER),
    "guid": _is_guid,
    "bool": lambda text: text.lower() in {"true", "false"},
    "alpha": lambda text: bool(re.fullmatch(r"[A-Za-z]*", text)),
    "required": bool,
}


def _constraint(text: str) -> Callable[[str], bool]:
    name, _, argument = text.partition("(")
    argument = argument.removesuffix(")")
    if name in _CONSTRAINTS and not argument:
        return _CONSTRAINTS[name]
    try:
        match name:
            case "min":
                return _is_number(int, int(argument), _NUMBER)
            case "max":
                return _is_number(int, -_NUMBER, int(argument))
            case "range":
                low, high = argument.split(",")
                return _is_number(int, int(low), int(high))
            case "minlength" | "maxlength" | "length":
                least, _, most = argument.partition(",")
                return _length(name, int(least), int(most or least))
            case "regex":
                pattern = re.compile(argument, re.IGNORECASE)
                return lambda value: pattern.search(value) is not None
    except (ValueError, re.error):
        pass
    raise RouteError(f"unknown route constraint {text!r}")


def _length(name: str, least: int, most: int) -> Callable[[str], bool]:
    if name == "minlength":
        return lambda value: len(value) >= least
    if name == "maxlength":
        return lambda value: len(value) <= least
    return lambda value: least <= len(value) <= most


@dataclass(frozen=True)
class Route(Generic[Target]):
    """A compiled template with what it leads to. Literals match in any letter case."""

    template: str
    methods: frozenset[str]
    target: Target
    pattern: re.Pattern[str]
    constraints: tuple[tuple[str, Callable[[str], bool]], ...]
    defaults: tuple[tuple[str, str], ...]
    precedence: tuple[int, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """The route parameters when `path` (without its leading slash) fits, else None."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        values = {name: unquote(value) for name, value in found.groupdict().items() if value is not None}
        if not all(check(values[name]) for name, check in self.constraints if name in values):
            return None
        return {**dict(self.defaults), **values}


def compile_route(template: str, methods: Iterable[str], target: Target) -> Route[Target]:
    """Compile `template`. Raises RouteError naming what it does not understand."""
    expression, precedence = "", []
    constraints: list[tuple[str, Callable[[str], bool]]] = []
    defaults: list[tuple[str, str]] = []
    for number, segment in enumerate(filter(None, template.strip("/").split("/"))):
        parts = list(_PARAMETER.finditer(segment))
        if re.search(r"[{}]", _PARAMETER.sub("", segment)):
            raise RouteError(f"route {template!r}: {segment!r} is not a valid segment")
        slash, rank, body, at = ("/" if number else ""), _LITERAL, "", 0
        for part in parts:
            stars, name, rules, ending = part.groups()
            checks = [_constraint(rule) for rule in filter(None, rules.split(":"))]
            constraints += [(name, check) for check in checks]
            if ending and ending.startswith("="):
                defaults.append((name, ending[1:]))
            inner = ".*" if stars else "[^/]+?" if len(parts) > 1 else "[^/]+"
            body += re.escape(segment[at : part.start()]) + f"(?P<{name}>{inner})"
            at = part.end()
            rank = max(rank, _CATCH_ALL if stars else _CONSTRAINED if checks else _PARAMETER_RANK)
        body += re.escape(segment[at:])
        optional = bool(parts) and (parts[-1][4] is not None or bool(parts[-1][1]))
        expression += f"(?:{slash}{body})?" if optional else slash + body
        precedence.append(rank)
    pattern = re.compile(expression, re.IGNORECASE)
    verbs = frozenset(method.upper() for method in methods)
    return Route(template, verbs, target, pattern, tuple(constraints), tuple(defaults), tuple(precedence))


class RouteTable(Generic[Target]):
    """Finds the route of a request: literals before parameters before catch-alls, segment by segment.

    A route whose path fits but not its methods is passed over, so that another function can answer.
    """

    def __init__(self, routes: Iterable[Route[Target]]) -> None:
        self._routes = sorted(routes, key=lambda route: route.precedence)

    def find(self, method: str, path: str) -> tuple[Target, dict[str, str]] | None:
        """The target and route parameters for `path` (still percent-encoded), or None."""
        path = path.strip("/")
        for route in self._routes:
            if (not route.methods or method in route.methods) and (values := route.match(path)) is not None:
                return route.target, values
        return None
