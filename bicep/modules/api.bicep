// The function app, its staging slot and their settings.
@description('Name of the function app.')
param name string

@description('Its plan.')
param planId string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace for logs and metrics.')
param workspaceId string

@description('Whether the plan scales by itself.')
param isElastic bool

@description('Instances that are always ready.')
param minimumInstances int

@description('Instances that a rush may have.')
param maximumInstances int

@description('Identity of the app.')
param identityName string

@description('Application Insights component.')
param insightsName string

@description('Storage account of the Functions host.')
param hostStorageName string

@description('Address of the secret that signs payment URLs.')
param paymentCallbackSecretUri string

@description('Address of the connection string of the content shares; empty where the plan has none.')
param contentConnectionSecretUri string

@description('Host name of the Service Bus namespace.')
param serviceBusNamespace string

@description('Cosmos endpoint.')
param cosmosEndpoint string

@description('Cosmos database.')
param cosmosDatabase string

@description('Endpoint of table storage.')
param tablesEndpoint string

@description('SQLAlchemy URL of the database.')
param sqlUrl string

@description('Where registrants reach the site.')
param publicBaseUrl string

@description('How long an order holds its seats unpaid, in seconds.')
param reservationExpirySeconds int

@description('How much longer a payment under way may take, in seconds.')
param reservationGraceSeconds int

@description('How many unpaid orders one client may have open at once.')
param openHoldsPerClient int

@description('How many wrong access codes one client may try in 15 minutes.')
param wrongTriesPerClient int

@description('How many proxies stand before the app.')
param trustedProxies int

var linuxVersion = 'Python|3.11' // the oldest that pyproject.toml supports, which CI tests with
var livePath = '/api/health/live' // an instance is not ill because a store is
var warmPath = '/api/health/warm' // answers once every store does: one 503 would end a swap

// The staging slot runs against the stores of production. Only its HTTP functions may: all others are off there, by settings
// that stay with the slot when the app in it is swapped.
var stagingSettings = loadJsonContent('../staging-settings.json')
var stickyNames = [for setting in items(stagingSettings): setting.key]

var elasticSettings = isElastic ? {
  WEBSITE_CONTENTAZUREFILECONNECTIONSTRING: '@Microsoft.KeyVault(SecretUri=${contentConnectionSecretUri})'
  WEBSITE_SKIP_CONTENTSHARE_VALIDATION: '1' // a reference cannot be validated; host-storage.bicep makes the shares
} : {}

var settings = union(elasticSettings, {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'python'
  SCM_DO_BUILD_DURING_DEPLOYMENT: 'false' // the package is built once, and is what was tested
  WEBSITE_RUN_FROM_PACKAGE: '1'
  WEBSITE_SWAP_WARMUP_PING_PATH: warmPath
  WEBSITE_SWAP_WARMUP_PING_STATUSES: '200'
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  AZURE_CLIENT_ID: identity.properties.clientId
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' // nothing else is tried first
  ServiceBusConnection__fullyQualifiedNamespace: serviceBusNamespace
  ServiceBusConnection__credential: 'managedidentity'
  ServiceBusConnection__clientId: identity.properties.clientId
  COSMOS_ENDPOINT: cosmosEndpoint
  COSMOS_DATABASE: cosmosDatabase
  TABLES_ENDPOINT: tablesEndpoint
  SQL_URL: sqlUrl
  PAYMENT_CALLBACK_SECRET: '@Microsoft.KeyVault(SecretUri=${paymentCallbackSecretUri})'
  PUBLIC_BASE_URL: publicBaseUrl
  RESERVATION_EXPIRY_SECONDS: string(reservationExpirySeconds)
  RESERVATION_GRACE_SECONDS: string(reservationGraceSeconds)
  OPEN_HOLDS_PER_CLIENT: string(openHoldsPerClient)
  WRONG_TRIES_PER_CLIENT: string(wrongTriesPerClient)
  TRUSTED_PROXIES: string(trustedProxies)
})

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: planId
    reserved: true // Linux
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      linuxFxVersion: linuxVersion
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      healthCheckPath: livePath
      alwaysOn: !isElastic
      minimumElasticInstanceCount: isElastic ? minimumInstances : null
      functionAppScaleLimit: isElastic ? maximumInstances : null
    }
  }
}

resource staging 'Microsoft.Web/sites/slots@2024-04-01' = {
  parent: site
  name: 'staging'
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: planId
    reserved: true // Linux
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      linuxFxVersion: linuxVersion
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      healthCheckPath: livePath
      alwaysOn: !isElastic
      minimumElasticInstanceCount: isElastic ? minimumInstances : null
      functionAppScaleLimit: isElastic ? maximumInstances : null
    }
  }
}

// Sticky before there is anything to swap.
resource stickySettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'slotConfigNames'
  properties: {
    appSettingNames: stickyNames
  }
}

module productionSettings 'settings.bicep' = {
  name: 'settings-of-production'
  params: {
    siteName: site.name
    isStaging: false
    settings: settings
    contentShare: isElastic ? 'production' : ''
    current: list('${site.id}/config/appsettings', '2024-04-01').properties
  }
  dependsOn: [stickySettings]
}

module settingsOfStaging 'settings.bicep' = {
  name: 'settings-of-staging'
  params: {
    siteName: site.name
    isStaging: true
    settings: union(settings, stagingSettings)
    contentShare: isElastic ? 'staging' : ''
    current: list('${staging.id}/config/appsettings', '2024-04-01').properties
  }
  dependsOn: [stickySettings]
}

module publishing 'publishing.bicep' = {
  name: 'publishing'
  params: {
    siteName: site.name
    slotName: staging.name
  }
}

// Logs of the app go to Application Insights; here they would be paid for twice.
resource siteDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: site
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

resource stagingDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: staging
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output id string = site.id
output name string = site.name
output stagingUrl string = 'https://${staging.properties.defaultHostName}'
