// What the Functions host keeps for itself: its locks and keys and, on elastic plans, the files of the app.
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace for logs and metrics.')
param workspaceId string

@description('Whether the plan keeps the files of the app in shares of this account, as elastic plans do.')
param hasContentShares bool

@description('Vault for the connection string of the shares.')
param vaultName string

@description('Object id of the identity of the app.')
param apiPrincipalId string

// The one role with "owner" in its name: the host creates its containers. It owns the data of this account, not the account.
// Source: Microsoft, "Azure Functions: connecting to host storage with an identity".
var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var shareNames = hasContentShares ? ['production', 'staging'] : []

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    // Azure Files knows no identity for these shares, so an elastic plan needs the key; the host itself never uses it.
    allowSharedKeyAccess: hasContentShares
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource files 'Microsoft.Storage/storageAccounts/fileServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource shares 'Microsoft.Storage/storageAccounts/fileServices/shares@2024-01-01' = [
  for shareName in shareNames: {
    parent: files
    name: shareName
    properties: {
      shareQuota: 100
    }
  }
]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource contentConnection 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (hasContentShares) {
  parent: vault
  name: 'content-share-connection'
  properties: {
    value: 'DefaultEndpointsProtocol=https;AccountName=${account.name};AccountKey=${account.listKeys().keys[0].value};EndpointSuffix=${environment().suffixes.storage}'
    contentType: 'text/plain'
  }
}

resource mayKeepBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, apiPrincipalId, storageBlobDataOwner)
  scope: account
  properties: {
    principalId: apiPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)
  }
}

resource mayKeepDiagnosticEvents 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, apiPrincipalId, storageTableDataContributor)
  scope: account
  properties: {
    principalId: apiPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

resource accountDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

// Code and keys lie here, so every change is on record.
resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

resource fileDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: files
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

output name string = account.name
output contentConnectionSecretUri string = hasContentShares ? '${vault.properties.vaultUri}secrets/content-share-connection' : ''
