"""What the Bicep files say of the app, against the app itself. A rule returns what breaks it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields

from infra.settings import Settings, setting_name
from tests.support.bicep import MAIN, PROJECT, Templates
from tests.support.function_app import declared_functions

Faults = list[str]

API = "bicep/modules/api.bicep"
SETTINGS = "bicep/modules/settings.bicep"
STAGING = "bicep/staging-settings.json"

KEYS_NOT_NEEDED = {"ServiceBusConnection", "COSMOS_KEY", "TABLES_CONNECTION"}
"""Settings that take the place of the identity."""
OF_THE_PLATFORM = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "AZURE_CLIENT_ID",
    "AZURE_TOKEN_CREDENTIALS",
    "AzureWebJobsStorage__accountName",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__credential",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "ServiceBusConnection__clientId",
    "ServiceBusConnection__credential",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_SKIP_CONTENTSHARE_VALIDATION",
    "WEBSITE_SWAP_WARMUP_PING_PATH",
    "WEBSITE_SWAP_WARMUP_PING_STATUSES",
}
"""Settings that the host, the SDKs and the platform read."""
OUTPUTS = {
    "API_IDENTITY_CLIENT_ID",
    "API_IDENTITY_NAME",
    "API_NAME",
    "API_STAGING_URL",
    "AZURE_KEY_VAULT_NAME",
    "AZURE_RESOURCE_GROUP",
    "COSMOS_NAME",
    "SERVICE_BUS_NAME",
    "SQL_DATABASE",
    "SQL_SERVER",
    "SQL_URL",
    "VIEW_STORAGE_NAME",
    "WEB_NAME",
    "WEB_URL",
}
"""What azd, the workflows and the scripts read."""
LIMITS_PER_CLIENT = {"openHoldsPerClient": 10, "wrongTriesPerClient": 50, "trustedProxies": 2}
"""Without the last, no client is known from another."""


def settings_are_those_that_the_app_reads(templates: Templates) -> Faults:
    """Every setting of infra/settings.py is set, and nothing that neither it nor the platform reads."""
    set_ = set(re.findall(r"(?m)^ {2}([A-Za-z]\w+): ", _settings_code(templates)))
    read = ({setting_name(field.name) for field in fields(Settings)} - KEYS_NOT_NEEDED) | OF_THE_PLATFORM
    return [f"{name} is not set" for name in sorted(read - set_)] + [
        f"{name} is set, but nothing reads it" for name in sorted(set_ - read)
    ]


def _settings_code(templates: Templates) -> str:
    """The variables in which settings stand."""
    code = templates.template(API).code + templates.template(SETTINGS).code
    return "".join(re.findall(r"(?ms)^var (?:elasticSettings|settings|release|share) = .*?^\}", code))


def what_belongs_to_the_package_survives_a_deployment(templates: Templates) -> Faults:
    """RELEASE and WEBSITE_CONTENTSHARE went through a swap with the package: what is there is kept."""
    code = templates.template(SETTINGS).code
    return [
        f"{name} must be what it is at the moment, if it is anything"
        for name in ("RELEASE", "WEBSITE_CONTENTSHARE")
        if not re.search(rf"\b{name}: current\.\?{name} \?\? ", code)
    ]


def staging_runs_http_functions_alone(templates: Templates) -> Faults:
    """Every function without an HTTP trigger is off in the slot, so that it takes no message of production."""
    events = {each.name for each in declared_functions() if each.trigger["type"] != "httpTrigger"}
    off = templates.json(STAGING)
    expected = {f"AzureWebJobs.{name}.Disabled" for name in events}
    return (
        [f"{name} is missing: that function would run in staging" for name in sorted(expected - off.keys())]
        + [f"{name} names no function without HTTP" for name in sorted(off.keys() - expected)]
        + [f"{name} must be 'true'" for name, value in off.items() if value != "true"]
    )


def what_is_off_in_staging_stays_there(templates: Templates) -> Faults:
    """The settings that turn functions off are all sticky, set in staging alone, and no slot swaps by itself."""
    template = templates.template(API)
    given = {
        module.symbol: str(module.parameters["settings"]) for module in template.modules if module.path == SETTINGS
    }
    sticky = template.resource("stickySettings")
    faults = []
    if sticky.config["name"] != "slotConfigNames" or sticky.value("properties.appSettingNames") != "stickyNames":
        faults.append("slotConfigNames must make stickyNames sticky")
    if "var stickyNames = [for setting in items(stagingSettings): setting.key]" not in template.code:
        faults.append("stickyNames must be all names of stagingSettings")
    if "stagingSettings" in given["productionSettings"] or "stagingSettings" not in given["settingsOfStaging"]:
        faults.append("stagingSettings must be set in staging, and only there")
    faults += [f"{each.path} swaps by itself" for each in templates.all() if "autoSwapSlotName" in each.code]
    return faults


def both_slots_are_alike(templates: Templates) -> Faults:
    """What is tested in staging is what runs in production."""
    template = templates.template(API)
    site, slot = template.resource("site"), template.resource("staging")
    return [
        f"site and slot differ in {name}"
        for name in ("properties", "identity", "kind")
        if site.config[name] != slot.config[name]
    ]


def the_python_is_the_oldest_that_is_supported(templates: Templates) -> Faults:
    """Azure runs the version that pyproject.toml begins with, so that nothing newer is used by mistake."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    expected = "Python|" + project["requires-python"].removeprefix(">=")
    given = templates.template(API).variables["linuxVersion"]
    return [] if given == expected else [f"linuxVersion is {given}, the oldest that is supported {expected}"]


def pinged_paths_are_answered(templates: Templates) -> Faults:
    """Health check and warm-up ping what the app answers to anybody, and the warm-up waits for 200."""
    variables, code = templates.template(API).variables, _settings_code(templates)
    open_paths = {
        f"/api/{each.trigger['route']}"
        for each in declared_functions()
        if each.trigger["type"] == "httpTrigger" and each.trigger["authLevel"] == "ANONYMOUS"
    }
    faults = [
        f"nothing answers at {variables[name]}"
        for name in ("livePath", "warmPath")
        if variables[name] not in open_paths
    ]
    for line in ("WEBSITE_SWAP_WARMUP_PING_PATH: warmPath", "WEBSITE_SWAP_WARMUP_PING_STATUSES: '200'"):
        faults += [] if line in code else [f"missing: {line}"]
    if variables["warmPath"] != "/api/health/warm":
        faults.append("a swap must wait for every store")
    return faults


def limits_per_client_are_on(templates: Templates) -> Faults:
    """Unless somebody chooses otherwise, and none of our own files does."""
    declared, faults = templates.template(MAIN).parameters, []
    azd = templates.json("bicep/main.parameters.json")["parameters"]
    files = [*templates.parameter_files().items(), ("bicep/main.parameters.json", azd)]
    for name, usual in LIMITS_PER_CLIENT.items():
        default = declared[name].default
        faults += [] if default == usual else [f"{name} must be {usual}, not {default}"]
        faults += [f"{path} sets {name}" for path, given in files if name in given]
    return faults


def what_others_read_is_given(templates: Templates) -> Faults:
    """azd finds its services by tag, and the outputs are those that the workflows read."""
    outputs = templates.template(MAIN).outputs.keys()
    faults = [f"output {name} is missing" for name in sorted(OUTPUTS - outputs)]
    faults += [f"nothing reads output {name}" for name in sorted(outputs - OUTPUTS)]
    for path, service in ((API, "api"), ("bicep/modules/web.bicep", "web")):
        tag = f"tags: union(tags, {{ 'azd-service-name': '{service}' }})"
        faults += [] if templates.template(path).code.count(tag) == 1 else [f"{path}: azd finds no service {service}"]
    return faults
