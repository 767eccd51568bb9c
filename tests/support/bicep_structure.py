"""What a compiler would say of the Bicep files, as far as it can be said without one. A rule returns what breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.support.bicep import MAIN, Module, Template, Templates

Faults = list[str]

_STRING = re.compile(r"'((?:\\'|[^'])*)'")
_INTERPOLATED = re.compile(r"\$\{([^}]*)\}")
_USED = re.compile(r"(?<![\w.?:@])([A-Za-z_]\w*)\b(?![:(])")
"""Not what follows a dot, not a key, which has its colon at once, and not a function."""
_LOOP_HEAD = re.compile(r"(\bfor .+? in [\w.]+):")
_DECLARED = re.compile(r"(?m)^\s*(?:param|var|resource|module)\s+(\w+)\b")
_LOOPED = re.compile(r"\bfor\s+(?:\((\w+),\s*(\w+)\)|(\w+))\s+in\b")
_DECLARATION = re.compile(r"(?m)^\s*(?:(?:param|output)\s+\w+\s+\w+|(?:resource|module|var)\s+\w+|targetScope\b)")
_WORDS = {"true", "false", "null", "for", "in", "if", "existing"}

ABBREVIATIONS = {
    "Microsoft.Resources/resourceGroups": "rg-",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "id-",
    "Microsoft.OperationalInsights/workspaces": "log-",
    "Microsoft.Insights/components": "appi-",
    "Microsoft.Insights/actionGroups": "ag-",
    "Microsoft.Insights/metricAlerts": "alert-",
    "Microsoft.ServiceBus/namespaces": "sbns-",
    "Microsoft.DocumentDB/databaseAccounts": "cosmos-",
    "Microsoft.Storage/storageAccounts": "st",
    "Microsoft.Sql/servers": "sql-",
    "Microsoft.Sql/servers/databases": "sqldb-",
    "Microsoft.KeyVault/vaults": "kv-",
    "Microsoft.Web/serverfarms": "asp-",
    "Microsoft.Web/sites": "func-",
    "Microsoft.Web/staticSites": "stapp-",
}
"""Source: Microsoft, Cloud Adoption Framework, "Abbreviation recommendations for Azure resources"; alerts have none."""

_LONGEST = {"kv-": 24, "st": 24, "sbns-": 50, "cosmos-": 44, "func-": 32 - len("-staging")}
_SUFFIX = "x" * 13
"""What uniqueString yields."""


def modules_get_what_they_ask_for(templates: Templates) -> Faults:
    """Every module exists and gets each parameter it requires, none it does not have, of the type it declares."""
    return [
        f"{template.path}: module {module.symbol}: {fault}"
        for template in templates.all()
        for module in template.modules
        for fault in _faults_of(module, template, templates)
    ]


def _faults_of(module: Module, caller: Template, templates: Templates) -> Iterator[str]:
    if module.path not in templates.files:
        yield f"there is no {module.path}"
        return
    declared = templates.template(module.path).parameters
    required = {name for name, parameter in declared.items() if parameter.default is None}
    yield from (f"does not get {name}" for name in sorted(required - module.parameters.keys()))
    yield from (f"gets {name}, which it does not have" for name in sorted(module.parameters.keys() - declared.keys()))
    for name in module.parameters.keys() & declared.keys():
        given = _type_of(module.parameters[name], caller)
        if given not in {None, declared[name].type}:
            yield f"gets {name} as {given} instead of {declared[name].type}"


def _type_of(value: Any, template: Template) -> str | None:
    """The type of a literal or of a parameter; None for what only a compiler knows."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, str) and value in template.parameters:
        return template.parameters[value].type
    return None


def outputs_that_are_used_exist(templates: Templates) -> Faults:
    """Every `module.outputs.name` is one."""
    faults = []
    for template in templates.all():
        modules = {module.symbol: module.path for module in template.modules}
        for symbol, name in re.findall(r"\b(\w+)\.outputs\.(\w+)", template.code):
            if name not in templates.template(modules[symbol]).outputs:
                faults.append(f"{template.path}: {modules[symbol]} has no output {name}")
    return faults


def outputs_are_used(templates: Templates) -> Faults:
    """No output of a module stands there for nothing."""
    used = {
        (module.path, name)
        for template in templates.all()
        for module in template.modules
        for name in re.findall(rf"\b{module.symbol}\.outputs\.(\w+)", template.code)
    }
    return [
        f"{template.path}: output {name} is not used"
        for template in templates.all()
        for name in template.outputs
        if template.path != MAIN and (template.path, name) not in used
    ]


def names_are_declared(templates: Templates) -> Faults:
    """Whatever is named is a parameter, a variable, a resource, a module or what a loop goes over."""
    faults = []
    for template in templates.all():
        known = _declared(template) | {name for names in _LOOPED.findall(template.code) for name in names} | _WORDS
        faults += [f"{template.path}: {name} is not declared" for name in sorted(_used(template) - known)]
    return faults


def declared_names_are_used(templates: Templates) -> Faults:
    """No parameter and no variable stands there for nothing."""
    return [
        f"{template.path}: {name} is not used"
        for template in templates.all()
        for name in sorted((template.parameters.keys() | template.variables.keys()) - _used(template))
    ]


def _declared(template: Template) -> set[str]:
    return set(_DECLARED.findall(template.code))


def _used(template: Template) -> set[str]:
    """The first name of every chain of names outside of strings, and in what strings interpolate."""
    code = re.sub(r"(?m)^@.*$", "", template.code)
    interpolated = " ".join(name for text in _STRING.findall(code) for name in _INTERPOLATED.findall(text))
    bare = _LOOP_HEAD.sub(r"\1 ", _DECLARATION.sub("", _STRING.sub("''", code)))
    return set(_USED.findall(f"{bare}\n{_STRING.sub('', interpolated)}"))


def parameters_are_described(templates: Templates) -> Faults:
    """Every parameter says what it is."""
    return [
        f"{template.path}: {name} has no description"
        for template in templates.all()
        for name, parameter in template.parameters.items()
        if not parameter.decorators.get("description")
    ]


def parameter_files_fit(templates: Templates) -> Faults:
    """Each parameter file gives main.bicep all that it requires, nothing that it does not have, and what it allows."""
    declared = templates.template(MAIN).parameters
    required = {name for name, parameter in declared.items() if parameter.default is None}
    azd = templates.json("bicep/main.parameters.json")["parameters"]
    given = templates.parameter_files() | {
        "bicep/main.parameters.json": {name: each["value"].rpartition("=")[2] for name, each in azd.items()}
    }
    faults = [
        f"{path} does not use main.bicep" for path in templates.parameter_files() if not _uses_main(path, templates)
    ]
    for path, values in given.items():
        faults += [f"{path} does not give {name}" for name in sorted(required - values.keys())]
        faults += [f"{path} gives {name}, which main.bicep does not have" for name in sorted(values.keys() - declared)]
        for name in values.keys() & declared.keys():
            allowed, value = declared[name].decorators.get("allowed"), values[name]
            if allowed and isinstance(value, str) and "$" not in value and value.strip("}") not in allowed:
                faults.append(f"{path} gives {name} a value that is not allowed: {value}")
    return faults


def _uses_main(path: str, templates: Templates) -> bool:
    return bool(re.search(r"(?m)^using './main\.bicep'$", templates.files[path]))


def loaded_files_exist(templates: Templates) -> Faults:
    """Every file that is loaded is there."""
    return [
        f"{template.path} loads {path}, which is not there"
        for template in templates.all()
        for path in sorted(template.loaded_files() - templates.files.keys())
    ]


def names_follow_the_abbreviations(templates: Templates) -> Faults:
    """Every resource that has a name of its own has the abbreviation of its kind, and fits."""
    faults = []
    for kind, symbol, name in _named(templates):
        abbreviation, length = ABBREVIATIONS[kind], len(name.replace("${suffix}", _SUFFIX))
        if not name.startswith(abbreviation):
            faults.append(f"{symbol} is named {name} instead of {abbreviation}…")
        if length > _LONGEST.get(abbreviation, 64):
            faults.append(f"{symbol}: {name} makes {length} characters")
    return faults


def _named(templates: Templates) -> Iterator[tuple[str, str, str]]:
    """Kind, symbol and name of each resource of a kind that has an abbreviation."""
    callers = {module.path: module for module in templates.template(MAIN).modules}
    for template in templates.all():
        for resource in template.resources:
            if resource.existing or resource.type not in ABBREVIATIONS:
                continue
            name = str(resource.config["name"])
            if name in template.parameters:
                yield resource.type, resource.symbol, str(callers[template.path].parameters[name])
            elif "." not in name:
                yield resource.type, resource.symbol, name
            else:
                for each in re.findall(r"name: '(alert-[\w-]+)'", template.code):
                    yield resource.type, resource.symbol, each
