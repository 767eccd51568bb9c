// The Contoso Conference Management System in Azure: one resource group with everything in it.
// `azd up` deploys this file with main.parameters.json; README.md says how to do it without azd.
targetScope = 'subscription'

@description('Name of the environment, such as contoso-dev; part of the name of the resource group.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything but the static web app.')
param location string

@description('Region that manages the static web app, whose content is served from everywhere.')
@allowed(['centralus', 'eastasia', 'eastus2', 'westeurope', 'westus2'])
param webLocation string = 'westeurope'

@description('dev costs little while nobody uses it; prod stands the loss of an instance and a rush. It decides the defaults below.')
@allowed(['dev', 'prod'])
param size string = 'dev'

@description('Plan of the function app. EP: scales with the messages that wait; P: a fixed number of instances. Both have slots.')
@allowed(['EP1', 'EP2', 'EP3', 'P0v3', 'P1v3', 'P2v3'])
param planSku string = 'EP1'

@description('Instances that are always ready.')
@minValue(1)
@maxValue(20)
param minimumInstances int = (size == 'prod') ? 2 : 1

@description('Instances that a rush may have. Elastic plans only.')
@minValue(1)
@maxValue(100)
param maximumInstances int = (size == 'prod') ? 20 : 3

@description('Premium has capacity of its own and a steady latency. A namespace cannot be changed from one to the other.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('serverless is paid by the request; autoscale by the hour, from a tenth of the maximum up. An account cannot be changed from one to the other.')
@allowed(['serverless', 'autoscale'])
param cosmosCapacity string = (size == 'prod') ? 'autoscale' : 'serverless'

@description('Request units a second that autoscale may reach.')
@minValue(1000)
@maxValue(100000)
param cosmosMaximumThroughput int = 10000

@description('Cores that the serverless SQL database may reach.')
@allowed([1, 2, 4])
param sqlMaximumCores int = (size == 'prod') ? 4 : 1

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = (size == 'prod') ? 90 : 30

@description('Where alerts are mailed to; empty: they are only shown in the portal.')
param alertEmail string = ''

@description('Object id of who deploys: reads the secret back from the vault with the next `azd up`.')
param principalId string

@description('What who deploys is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('Object id of the group in Entra ID that administers SQL: everybody who deploys is in it. It stays what it is when the server is made.')
@minLength(36)
@maxLength(36)
param sqlAdministratorId string

@description('Signs payment URLs: what the vault has, and before it has anything, what azd draws.')
@secure()
@minLength(15)
param paymentCallbackSecret string

@description('Makes a secret that was just drawn long enough. Not to be given.')
@secure()
param addition string = newGuid()

@description('How long an order holds its seats unpaid, in seconds.')
@minValue(60)
param reservationExpirySeconds int = 900

@description('How much longer a payment under way may take, in seconds.')
@minValue(0)
param reservationGraceSeconds int = 840

@description('How many unpaid orders one client address may have open at once; 0: any number.')
@minValue(0)
param openHoldsPerClient int = 10

@description('How many wrong access codes one client address may try in 15 minutes; 0: any number.')
@minValue(0)
param wrongTriesPerClient int = 50

@description('How many proxies add an address to X-Forwarded-For: the static web app and the front end of App Service.')
@minValue(1)
param trustedProxies int = 2

// Global names need a suffix of their own. 13 characters: `func-` + suffix + `-staging` stays below the 32 that a host
// id has, `kv-` + suffix below the 24 of a vault, `st` + suffix + `views` below the 24 of a storage account.
var suffix = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
  application: 'contoso-conference-management'
}
var isElastic = startsWith(planSku, 'EP')

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${suffix}'
    insightsName: 'appi-${suffix}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${suffix}'
    location: location
    tags: tags
    insightsName: monitoring.outputs.insightsName
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: 'kv-${suffix}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    readerId: identity.outputs.principalId
    deployerId: principalId
    deployerType: principalType
    // azd draws 15 characters, the app wants 32. What comes from the vault is long enough, and stays as it is.
    paymentCallbackSecret: (length(paymentCallbackSecret) < 32) ? '${paymentCallbackSecret}-${addition}' : paymentCallbackSecret
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  name: 'service-bus'
  scope: group
  params: {
    name: 'sbns-${suffix}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    sku: serviceBusSku
    apiPrincipalId: identity.outputs.principalId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    name: 'cosmos-${suffix}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    capacity: cosmosCapacity
    maximumThroughput: cosmosMaximumThroughput
    apiPrincipalId: identity.outputs.principalId
  }
}

module viewStorage 'modules/view-storage.bicep' = {
  name: 'view-storage'
  scope: group
  params: {
    name: 'st${suffix}views'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    apiPrincipalId: identity.outputs.principalId
  }
}

module entities 'entities.bicep' = {
  name: 'entities'
  scope: group
  params: {
    serviceBusName: serviceBus.outputs.name
    cosmosName: cosmos.outputs.name
    viewStorageName: viewStorage.outputs.name
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  name: 'host-storage'
  scope: group
  params: {
    name: 'st${suffix}host'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    hasContentShares: isElastic
    vaultName: vault.outputs.name
    apiPrincipalId: identity.outputs.principalId
  }
}

module sql 'modules/sql.bicep' = {
  name: 'sql'
  scope: group
  params: {
    serverName: 'sql-${suffix}'
    databaseName: 'sqldb-contoso'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    maximumCores: sqlMaximumCores
    administratorId: sqlAdministratorId
  }
}

module web 'modules/web.bicep' = {
  name: 'web'
  scope: group
  params: {
    name: 'stapp-${suffix}'
    location: webLocation
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module plan 'modules/plan.bicep' = {
  name: 'plan'
  scope: group
  params: {
    name: 'asp-${suffix}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    sku: planSku
    isElastic: isElastic
    minimumInstances: minimumInstances
    maximumInstances: maximumInstances
  }
}

module api 'modules/api.bicep' = {
  name: 'api'
  scope: group
  params: {
    name: 'func-${suffix}'
    planId: plan.outputs.id
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    isElastic: isElastic
    minimumInstances: minimumInstances
    maximumInstances: maximumInstances
    identityName: identity.outputs.name
    insightsName: monitoring.outputs.insightsName
    hostStorageName: hostStorage.outputs.name
    paymentCallbackSecretUri: vault.outputs.paymentCallbackSecretUri
    contentConnectionSecretUri: hostStorage.outputs.contentConnectionSecretUri
    serviceBusNamespace: serviceBus.outputs.fullyQualifiedNamespace
    cosmosEndpoint: cosmos.outputs.endpoint
    cosmosDatabase: cosmos.outputs.database
    tablesEndpoint: viewStorage.outputs.tablesEndpoint
    sqlUrl: sql.outputs.url
    publicBaseUrl: web.outputs.url
    reservationExpirySeconds: reservationExpirySeconds
    reservationGraceSeconds: reservationGraceSeconds
    openHoldsPerClient: openHoldsPerClient
    wrongTriesPerClient: wrongTriesPerClient
    trustedProxies: trustedProxies
  }
  dependsOn: [entities]
}

module link 'modules/link.bicep' = {
  name: 'link'
  scope: group
  params: {
    webName: web.outputs.name
    apiName: api.outputs.name
    apiLocation: location
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    actionGroupName: 'ag-${suffix}'
    tags: tags
    email: alertEmail
    serviceBusId: serviceBus.outputs.id
    cosmosId: cosmos.outputs.id
    apiId: api.outputs.id
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output API_NAME string = api.outputs.name
output API_STAGING_URL string = api.outputs.stagingUrl
output API_IDENTITY_NAME string = identity.outputs.name
output API_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output SERVICE_BUS_NAME string = serviceBus.outputs.name
output COSMOS_NAME string = cosmos.outputs.name
output VIEW_STORAGE_NAME string = viewStorage.outputs.name
output WEB_NAME string = web.outputs.name
output WEB_URL string = web.outputs.url
output SQL_SERVER string = sql.outputs.server
output SQL_DATABASE string = sql.outputs.database
output SQL_URL string = sql.outputs.url
