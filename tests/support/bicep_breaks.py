"""One break or more for every rule of the Bicep files: what to change where, and what the rule then says."""

from __future__ import annotations

from collections.abc import Callable

from tests.support import bicep_app, bicep_diagnostics, bicep_security, bicep_stores, bicep_structure
from tests.support.bicep import Templates

Rule = Callable[[Templates], list[str]]

MAIN = "bicep/main.bicep"
API = "bicep/modules/api.bicep"
BUS = "bicep/modules/service-bus.bicep"
ENTITIES = "bicep/entities.bicep"
COSMOS = "bicep/modules/cosmos.bicep"
HOST = "bicep/modules/host-storage.bicep"
LINK = "bicep/modules/link.bicep"
SETTINGS = "bicep/modules/settings.bicep"
SQL = "bicep/modules/sql.bicep"
STAGING = "bicep/staging-settings.json"
SUBSCRIPTION = "bicep/modules/subscription.bicep"
TOPIC = "bicep/modules/topic.bicep"
VAULT = "bicep/modules/vault.bicep"
VIEWS = "bicep/modules/view-storage.bicep"
AZD = "bicep/main.parameters.json"
PROD = "bicep/prod.bicepparam"
TOPOLOGY = "infra/servicebus.json"

BREAKS: dict[Rule, list[tuple[str, str, str, str]]] = {
    bicep_structure.modules_get_what_they_ask_for: [
        (MAIN, "    sku: serviceBusSku\n", "", "does not get sku"),
        (MAIN, "sku: serviceBusSku", "skew: serviceBusSku", "gets skew"),
        (MAIN, "modules/link.bicep", "modules/lin.bicep", "there is no"),
        (MAIN, "retentionDays: logRet", "retentionDays: location //", "as string"),
    ],
    bicep_structure.outputs_that_are_used_exist: [
        (MAIN, "cosmos.outputs.endpoint", "cosmos.outputs.end", "no output end"),
    ],
    bicep_structure.outputs_are_used: [
        (LINK, "resource web", "output forgotten string = webName\n\nresource web", "output forgotten is not used"),
    ],
    bicep_structure.names_are_declared: [
        (ENTITIES, "parent: namespace\n", "parent: namespce\n", "namespce is not declared"),
        (API, "siteConfig: {\n      linuxFxVersion: linux", "siteConfig: {\n      a: ubuntu", "ubuntu"),
        (VAULT, "guid(vault.id, reader", "guid('${valt.id}', reader", "valt is not"),
    ],
    bicep_structure.declared_names_are_used: [
        (MAIN, "var tags", "var forgotten = 1\nvar tags", "forgotten is not used"),
        (SQL, "    capacity: maximumCores\n", "", "maximumCores is not used"),
    ],
    bicep_structure.parameters_are_described: [
        (VAULT, "@description('Region.')", "", "location has no description"),
    ],
    bicep_structure.parameter_files_fit: [
        (PROD, "param principalId =", "param principalIds =", "does not give principalId"),
        (PROD, "param size = 'prod'", "param size = 'huge'", "not allowed: huge"),
        (PROD, "./main.bicep", "./mein.bicep", "does not use main.bicep"),
        (AZD, '"location"', '"place"', "does not give location"),
        (AZD, "CONTOSO_SIZE=dev", "CONTOSO_SIZE=tiny", "not allowed: tiny"),
    ],
    bicep_structure.loaded_files_exist: [
        (COSMOS, "../infra/cosmos.json", "../infra/cosmo.json", "is not there"),
    ],
    bicep_structure.names_follow_the_abbreviations: [
        (MAIN, "'kv-${suffix}'", "'vault-${suffix}'", "instead of kv-"),
        (MAIN, "func-${suffix}", "func-contoso-${suffix}", "characters"),
    ],
    bicep_diagnostics.everything_has_diagnostics: [
        (COSMOS, "scope: account\n", "scope: database\n", "account has no"),
    ],
    bicep_diagnostics.diagnostics_go_somewhere: [
        (SQL, "'SQLSecurityAuditEvents'\n        enabled: true", "'X'\n        enabled: false", "auditD"),
    ],
    bicep_security.only_identities_sign_in: [
        (BUS, "disableLocalAuth: true", "disableLocalAuth: false", "disableLocalAuth"),
        (COSMOS, "'Strong'", "'Session'", "must be Strong"),
        (COSMOS, "    disableLocalAuth: true\n", "", "disableLocalAuth"),
        (HOST, "'TLS1_2'", "'TLS1_0'", "minimumTlsVersion"),
        (API, "httpsOnly: true", "httpsOnly: false", "site: properties.httpsOnly"),
        (API, "ftpsState: 'Disabled'", "ftpsState: 'AllAllowed'", "ftpsState"),
        (SQL, "OnlyAuthentication: true", "OnlyAuthentication: false", "azureADOnly"),
        (SQL, "'Group'", "'User'", "principalType must be Group"),
        (SQL, "version: '12.0'", "administratorLogin: 'sa'", "administratorLogin must"),
        ("bicep/modules/publishing.bicep", "allow: false", "allow: true", "allow"),
    ],
    bicep_security.keys_of_storage_are_off_but_for_content_shares: [
        (VIEWS, "KeyAccess: false", "KeyAccess: true", "allowSh"),
    ],
    bicep_security.roles_are_those_that_the_code_needs: [
        (BUS, "4f6d3b9b-027b", "00000000-027b", "lacks Azure Service Bus Data R"),
        (BUS, "69a216fc-b8fb", "090c5cfd-751d", "the unknown role dataSender"),
        (VIEWS, "account.id, apiPrincipalId, storage", "account.id, other", "lacks"),
    ],
    bicep_security.role_assignments_are_named_by_what_they_say: [
        (VAULT, "guid(vault.id, readerId,", "guid(vault.id, deployerId,", "appM"),
    ],
    bicep_security.no_output_has_a_secret: [
        (HOST, "output name string = account.name", "output name string = account.listKeys().keys[0].value", "gives"),
        (VAULT, "string = vault.name", "string = paymentCallbackSecret", "gives away"),
    ],
    bicep_security.secrets_go_through_secure_parameters: [
        (VAULT, "@secure()\n", "", "paymentCallbackSecret must be @secure()"),
        (SETTINGS, "@secure()\n", "", "current must be @secure()"),
    ],
    bicep_security.settings_refer_to_secrets: [
        (API, "'@Microsoft.KeyVault(SecretUri=${payment", "'${payment", "PAYMENT_CALLBACK"),
    ],
    bicep_security.the_secret_is_secure: [
        (MAIN, "@secure()\n", "", "must be @secure()"),
        (MAIN, "= newGuid()", "= ''", "made longer"),
        (AZD, "$(secretOrRandomPassword ", "$(random ", "let azd draw"),
    ],
    bicep_app.settings_are_those_that_the_app_reads: [
        (API, "  COSMOS_ENDPOINT: cosmosEndpoint\n", "", "COSMOS_ENDPOINT is not set"),
        (API, "SQL_URL: ", "SQL_URI: ", "SQL_URI is set, but nothing reads it"),
    ],
    bicep_app.what_belongs_to_the_package_survives_a_deployment: [
        (SETTINGS, "current.?RELEASE ?? 'none'", "'none'", "RELEASE"),
    ],
    bicep_app.staging_runs_http_functions_alone: [
        (STAGING, "AzureWebJobs.MessageLog.", "AzureWebJobs.Log.", "would run in staging"),
        (STAGING, '"true"', '"false"', "must be 'true'"),
        (STAGING, "{", '{"AzureWebJobs.Ready.Disabled": "true",', "without HTTP"),
    ],
    bicep_app.what_is_off_in_staging_stays_there: [
        (API, "'slotConfigNames'", "'appsettings'", "sticky"),
        (API, "union(settings, stagingSettings)", "settings", "must be set in staging"),
        (API, "healthCheckPath:", "autoSwapSlotName: 'x'\n      healthCheckPath:", "by itself"),
    ],
    bicep_app.both_slots_are_alike: [
        (API, "http20Enabled: true", "http20Enabled: false", "differ in properties"),
    ],
    bicep_app.the_python_is_the_oldest_that_is_supported: [
        (API, "Python|3.", "Python|2.", "the oldest that is supported"),
    ],
    bicep_app.pinged_paths_are_answered: [
        (API, "'/api/health/live'", "'/api/health/alive'", "nothing answers at"),
        (API, "PING_STATUSES: '200'", "PING_STATUSES: '200,503'", "missing"),
        (API, "'/api/health/warm'", "'/api/health/ready'", "wait for every store"),
    ],
    bicep_stores.the_bus_is_what_is_described: [
        (ENTITIES, "      lockDuration: queue.Properties.LockDuration\n", "", "lockDuration"),
        (SUBSCRIPTION, "Properties.?ForwardTo", "Properties.?Forward", "forwardTo must be"),
        (TOPIC, "name: topic.Name", "name: 'topic'", "must be named topic.Name"),
        (ENTITIES, "for queue in bus.Queues:", "for queue in bus.Topics:", "missing: for"),
        (TOPOLOGY, '"LockDuration"', '"AutoDeleteOnIdle"', "autoDeleteOnIdle must be"),
    ],
    bicep_stores.our_rules_replace_the_one_that_lets_all_through: [
        (SUBSCRIPTION, "(index == 0) ? '$Default' : ", "", "$Default"),
        (TOPOLOGY, '"Rules"', '"Regeln"', "would let all through"),
    ],
    bicep_stores.only_batches_of_one_key_meet_partitions: [
        (ENTITIES, "isStandard && ", "", "missing: enablePartitioning"),
        (TOPIC, "Partitioning: false", "Partitioning: true", "no topic"),
        (
            TOPOLOGY,
            '"RequiresSession": true,\n              "RequiresDuplicateDetection": true',
            '"RequiresSession": false,\n              "RequiresDuplicateDetection": false',
            "order-commands gets mixed batches",
        ),
    ],
    bicep_stores.the_bus_remembers_longer_than_it_redelivers: [
        (ENTITIES, "'PT30M'", "'PT5M'", "between PT20M and P7D"),
    ],
    bicep_stores.the_event_store_is_what_is_described: [
        (ENTITIES, "container.uniqueKeys", "[]", "leaves out uniqueKeys"),
        (COSMOS, "name: described.database", "name: 'other'", "database: wrong name"),
    ],
    bicep_stores.the_tables_are_what_is_described: [
        (ENTITIES, "../infra/tables.json", "../infra/cosmos.json", "wrong tables"),
    ],
    bicep_app.limits_per_client_are_on: [
        (MAIN, "openHoldsPerClient int = 10", "openHoldsPerClient int = 0", "must be 10, not 0"),
        (MAIN, "trustedProxies int = 2", "trustedProxies int = 1", "must be 2, not 1"),
        (PROD, "param size", "param wrongTriesPerClient = 0\nparam size", "sets wrongTriesPerClient"),
    ],
    bicep_app.what_others_read_is_given: [
        (MAIN, "output WEB_URL", "output WEB", "output WEB_URL is missing"),
        (API, "'azd-service-name': 'api'", "'azd-service-name': 'app'", "no service api"),
    ],
}
"""The file to change, what stands in it, what shall stand there instead, and a part of what the rule then says."""
