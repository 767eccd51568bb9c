// The one secret of the app: what signs payment URLs.
@description('Name of the vault.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace for logs and metrics.')
param workspaceId string

@description('Object id of the identity of the app.')
param readerId string

@description('Object id of who deploys.')
param deployerId string

@description('What who deploys is.')
param deployerType string

@description('Signs payment URLs.')
@secure()
param paymentCallbackSecret string

var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
  }
}

// Without an expiry date: an expired secret would stop all payments at once. docs/deploy.md says how it is renewed.
resource callbackSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'payment-callback-secret'
  properties: {
    value: paymentCallbackSecret
    contentType: 'text/plain'
  }
}

resource appMayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, readerId, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: readerId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

resource deployerMayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, deployerId, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: deployerId
    principalType: deployerType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

resource vaultDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output name string = vault.name
output paymentCallbackSecretUri string = callbackSecret.properties.secretUri
