// The event store: the account, its database and who may use it. The containers stand in entities.bicep.
@description('Name of the account.')
param name string

@description('Region, the only one: the app takes every answer for the last word.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace for logs and metrics.')
param workspaceId string

@description('serverless or autoscale.')
@allowed(['serverless', 'autoscale'])
param capacity string

@description('Request units a second that autoscale may reach.')
param maximumThroughput int

@description('Object id of the identity of the app.')
param apiPrincipalId string

var described = loadJsonContent('../../infra/cosmos.json')
var isServerless = capacity == 'serverless'
// Data only: the role can neither create nor drop containers. Source: Microsoft, "Azure Cosmos DB data plane roles".
var builtInDataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: isServerless ? [{ name: 'EnableServerless' }] : []
    // Whoever is told that a version is taken must find what took it: see infra/azure_clients.py.
    consistencyPolicy: {
      defaultConsistencyLevel: 'Strong'
    }
    locations: [
      {
        locationName: location
        failoverPriority: 0
        isZoneRedundant: false
      }
    ]
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: {
        tier: 'Continuous7Days'
      }
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: 'Enabled'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: described.database
  properties: {
    resource: {
      id: described.database
    }
    options: isServerless ? {} : {
      autoscaleSettings: {
        maxThroughput: maximumThroughput
      }
    }
  }
}

resource mayReadAndWrite 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = {
  parent: account
  name: guid(database.id, apiPrincipalId, builtInDataContributor)
  properties: {
    principalId: apiPrincipalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${builtInDataContributor}'
    scope: '${account.id}/dbs/${described.database}'
  }
}

// Not DataPlaneRequests: a row for every request costs more than the request.
resource accountDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        category: 'ControlPlaneRequests'
        enabled: true
      }
      {
        category: 'PartitionKeyStatistics'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'Requests'
        enabled: true
      }
    ]
  }
}

output id string = account.id
output name string = account.name
output endpoint string = account.properties.documentEndpoint
output database string = database.name
