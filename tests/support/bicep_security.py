"""Who may do what, and where secrets go. A rule returns what breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.bicep import MAIN, PROJECT, Resource, Template, Templates

Faults = list[str]

ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
COSMOS_ROLE_ASSIGNMENT = "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments"

_STORAGE = {
    "properties.allowBlobPublicAccess": False,
    "properties.minimumTlsVersion": "TLS1_2",
    "properties.supportsHttpsTrafficOnly": True,
}
_SITE = {
    "properties.httpsOnly": True,
    "properties.siteConfig.minTlsVersion": "1.2",
    "properties.siteConfig.scmMinTlsVersion": "1.2",
    "properties.siteConfig.ftpsState": "Disabled",
    "identity.type": "UserAssigned",
    "properties.keyVaultReferenceIdentity": "identity.id",
}
REQUIRED: Mapping[str, Mapping[str, Any]] = {
    "Microsoft.DocumentDB/databaseAccounts": {
        "properties.disableLocalAuth": True,
        "properties.disableKeyBasedMetadataWriteAccess": True,
        "properties.minimalTlsVersion": "Tls12",
        "properties.consistencyPolicy.defaultConsistencyLevel": "Strong",
    },
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True},
    "Microsoft.KeyVault/vaults": {
        "properties.enableRbacAuthorization": True,
        "properties.enablePurgeProtection": True,
    },
    "Microsoft.OperationalInsights/workspaces": {"properties.features.disableLocalAuth": True},
    "Microsoft.ServiceBus/namespaces": {
        "properties.disableLocalAuth": True,
        "properties.minimumTlsVersion": "1.2",
    },
    "Microsoft.Sql/servers": {
        "properties.minimalTlsVersion": "1.2",
        "properties.administrators.azureADOnlyAuthentication": True,
        "properties.administrators.principalType": "Group",
        "properties.administratorLogin": None,
        "properties.administratorLoginPassword": None,
    },
    "Microsoft.Storage/storageAccounts": _STORAGE,
    "Microsoft.Web/sites": _SITE,
    "Microsoft.Web/sites/slots": _SITE,
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": {"properties.allow": False},
    "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies": {"properties.allow": False},
}

ROLES = {
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "Azure Service Bus Data Sender",
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "Azure Service Bus Data Receiver",
    "00000000-0000-0000-0000-000000000002": "Cosmos DB Built-in Data Contributor",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
}
"""Source: Microsoft, "Azure built-in roles" and "Azure Cosmos DB data plane roles"."""

_DRAWN_OR_READ_BACK = "$(secretOrRandomPassword ${AZURE_KEY_VAULT_NAME} payment-callback-secret)"
_LENGTHENED = (
    "paymentCallbackSecret: (length(paymentCallbackSecret) < 32) "
    "? '${paymentCallbackSecret}-${addition}' : paymentCallbackSecret"
)

CALLS = {
    ("service-bus", "Azure Service Bus Data Sender"): ("infra/*.py", r"\bget_(queue|topic)_sender\b"),
    ("service-bus", "Azure Service Bus Data Receiver"): ("functions/*.py", r"\bservice_bus_(queue|topic)_trigger\("),
    ("cosmos", "Cosmos DB Built-in Data Contributor"): ("infra/*.py", r"\.create_item\("),
    ("view-storage", "Storage Table Data Contributor"): ("infra/*.py", r"\bTableServiceClient\("),
    ("vault", "Key Vault Secrets User"): (
        "bicep/modules/api.bicep",
        r"PAYMENT_CALLBACK_SECRET: '@Microsoft\.KeyVault\(",
    ),
    ("identity", "Monitoring Metrics Publisher"): ("bicep/modules/api.bicep", r"Authorization=AAD"),
    ("host-storage", "Storage Blob Data Owner"): ("bicep/modules/api.bicep", r"AzureWebJobsStorage__accountName:"),
    ("host-storage", "Storage Table Data Contributor"): ("host.json", r'"telemetryMode"'),
}
"""The roles there may be, by module, and what of ours needs each: files, and what stands in one of them."""


def only_identities_sign_in(templates: Templates) -> Faults:
    """Keys and passwords are off wherever they can be, and so is old TLS."""
    return [
        f"{template.path}: {resource.symbol}: {name} must be {expected}, not {resource.value(name)}"
        for template in templates.all()
        for resource in template.resources
        if not resource.existing
        for name, expected in REQUIRED.get(resource.type, {}).items()
        if resource.value(name) != expected
    ]


def keys_of_storage_are_off_but_for_content_shares(templates: Templates) -> Faults:
    """The views are reached by identity alone; the host's account has keys only where the platform needs them."""
    allowed = {"bicep/modules/view-storage.bicep": False, "bicep/modules/host-storage.bicep": "hasContentShares"}
    return [
        f"{path}: allowSharedKeyAccess must be {value}"
        for path, value in allowed.items()
        if templates.template(path).resource("account").value("properties.allowSharedKeyAccess") != value
    ]


def roles_are_those_that_the_code_needs(templates: Templates) -> Faults:
    """Each role is there if and only if something of ours calls what it allows; and nobody has any other."""
    assigned = {(_module(template), role) for template in templates.all() for role in _roles(template)}
    needed = {key for key, (files, pattern) in CALLS.items() if _stands_in(templates, files, pattern)}
    return [f"{module} lacks {role}" for module, role in sorted(needed - assigned)] + [
        f"{module} has {role}, which nothing needs" for module, role in sorted(assigned - needed)
    ]


def _roles(template: Template) -> Iterator[str]:
    for each in template.resources:
        if each.type in (ROLE_ASSIGNMENT, COSMOS_ROLE_ASSIGNMENT):
            variable = _arguments(each)[-1]
            yield ROLES.get(str(template.variables.get(variable)), f"the unknown role {variable}")


def _arguments(assignment: Resource) -> list[str]:
    """Those of the `guid()` that is the assignment's name."""
    call = assignment.config["name"]
    return list(call["function"]["parameters"].values()) if isinstance(call, dict) else [str(call)]


def _module(template: Template) -> str:
    return template.path.rpartition("/")[2].removesuffix(".bicep")


def _stands_in(templates: Templates, files: str, pattern: str) -> bool:
    texts = [
        templates.files.get(path.relative_to(PROJECT).as_posix()) or path.read_text("utf-8")
        for path in PROJECT.glob(files)
    ]
    return any(re.search(pattern, text) for text in texts)


def role_assignments_are_named_by_what_they_say(templates: Templates) -> Faults:
    """`guid(scope, principal, role)`: repeated, a deployment finds its own assignment again."""
    faults = []
    for template in templates.all():
        for each in template.resources:
            if each.type not in (ROLE_ASSIGNMENT, COSMOS_ROLE_ASSIGNMENT):
                continue
            scope, principal = _arguments(each)[0], str(each.value("properties.principalId"))
            expected = str(each.config.get("scope", "database"))
            if scope != f"{expected}.id" or _arguments(each)[1] not in (
                principal,
                principal.replace("properties.principalId", "id"),
            ):
                faults.append(f"{template.path}: {each.symbol} is not named guid(scope, principal, role)")
    return faults


def no_output_has_a_secret(templates: Templates) -> Faults:
    """Outputs stay in the history of deployments for all who may read it."""
    faults = []
    for template in templates.all():
        secrets = [rf"\b{name}\b" for name, each in template.parameters.items() if "secure" in each.decorators]
        secret = re.compile("|".join([r"\blist\w*\(", r"\.keys\b", r"(?i:connectionString)\b", *secrets]))
        for name, value in re.findall(r"(?m)^output (\w+) \w+ = (.*)$", template.code):
            faults += [f"{template.path}: output {name} gives away a secret"] if secret.search(value) else []
    return faults


def secrets_go_through_secure_parameters(templates: Templates) -> Faults:
    """What a secure parameter holds, or what is listed from a resource, goes to modules in secure parameters."""
    return [
        f"{module.path}: {name} must be @secure()"
        for template in templates.all()
        for module in template.modules
        for name, value in module.parameters.items()
        if _is_secret(value, template) and "secure" not in templates.template(module.path).parameters[name].decorators
    ]


def _is_secret(value: Any, template: Template) -> bool:
    secure = {name for name, each in template.parameters.items() if "secure" in each.decorators}
    return bool(secure & set(re.findall(r"\w+", str(value)))) or "'type': 'list" in str(value)


def settings_refer_to_secrets(templates: Templates) -> Faults:
    """Where a setting is a secret, what stands there is its address in the vault."""
    code = templates.template("bicep/modules/api.bicep").code
    return [
        f"{name} must be a reference to the vault"
        for name in ("PAYMENT_CALLBACK_SECRET", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING")
        if not re.search(rf"\b{name}: '@Microsoft\.KeyVault\(SecretUri=\$\{{\w+SecretUri\}}\)'", code)
    ]


def the_secret_is_secure(templates: Templates) -> Faults:
    """azd draws the payment callback secret or reads it back; what it draws has 15 characters, and the app wants 32."""
    main, given = templates.template(MAIN), templates.json("bicep/main.parameters.json")["parameters"]
    names = ("paymentCallbackSecret", "addition")
    faults = [f"{name} must be @secure()" for name in names if "secure" not in main.parameters[name].decorators]
    if given["paymentCallbackSecret"]["value"] != _DRAWN_OR_READ_BACK:
        faults.append("main.parameters.json must let azd draw paymentCallbackSecret, or read it back from the vault")
    if _LENGTHENED not in main.code or "param addition string = newGuid()" not in main.code:
        faults.append("a secret that was drawn must be made longer, and one that was read back left as it is")
    return faults
