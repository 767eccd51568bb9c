"""What is on record. A rule returns what breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.bicep import Resource, Templates

Faults = list[str]

DIAGNOSTICS = "Microsoft.Insights/diagnosticSettings"
WITHOUT_DIAGNOSTICS = {
    "Microsoft.Authorization/roleAssignments": "no resource that does anything",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases": "in the logs of the account",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers": "in the logs of the account",
    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments": "no resource that does anything",
    "Microsoft.Insights/actionGroups": "has none",
    "Microsoft.Insights/components": "is in the workspace already, and would be paid for twice",
    "Microsoft.Insights/diagnosticSettings": "is one itself",
    "Microsoft.Insights/metricAlerts": "has none",
    "Microsoft.KeyVault/vaults/secrets": "in the logs of the vault",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "has none",
    "Microsoft.Resources/resourceGroups": "has none; the activity log is the subscription's",
    "Microsoft.ServiceBus/namespaces/queues": "in the logs of the namespace",
    "Microsoft.ServiceBus/namespaces/topics": "in the logs of the namespace",
    "Microsoft.ServiceBus/namespaces/topics/subscriptions": "in the logs of the namespace",
    "Microsoft.ServiceBus/namespaces/topics/subscriptions/rules": "in the logs of the namespace",
    "Microsoft.Sql/servers": "has none; its audit goes through the database master",
    "Microsoft.Sql/servers/auditingSettings": "no resource that does anything",
    "Microsoft.Sql/servers/databases/transparentDataEncryption": "no resource that does anything",
    "Microsoft.Sql/servers/firewallRules": "no resource that does anything",
    "Microsoft.Storage/storageAccounts/fileServices/shares": "in the logs of the file service",
    "Microsoft.Storage/storageAccounts/tableServices/tables": "in the logs of the table service",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "no resource that does anything",
    "Microsoft.Web/sites/config": "in the logs of the site",
    "Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies": "no resource that does anything",
    "Microsoft.Web/sites/slots/config": "in the logs of the slot",
    "Microsoft.Web/staticSites/linkedBackends": "no resource that does anything",
}
"""Kinds of resources that have none, and why."""


def everything_has_diagnostics(templates: Templates) -> Faults:
    """Every resource sends what it has to say to the workspace, unless it is of a kind that has nothing to say."""
    faults = []
    for template in templates.all():
        covered = {each.config["scope"] for each in template.resources if each.type == DIAGNOSTICS}
        for each in template.resources:
            if not each.existing and each.symbol not in covered and each.type not in WITHOUT_DIAGNOSTICS:
                faults.append(f"{template.path}: {each.symbol} has no diagnostic settings")
    return faults


def diagnostics_go_somewhere(templates: Templates) -> Faults:
    """Every diagnostic setting has a workspace, and a log or metric that is on."""
    return [
        f"{template.path}: {each.symbol} sends nothing"
        for template in templates.all()
        for each in template.resources
        if each.type == DIAGNOSTICS and not (each.value("properties.workspaceId") and any(_switched_on(each)))
    ]


def _switched_on(setting: Resource) -> Iterator[bool]:
    for kind in ("logs", "metrics"):
        yield from (entry["enabled"] is True for entry in setting.value(f"properties.{kind}") or ())
