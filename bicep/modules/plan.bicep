// What the function app and its staging slot run on.
@description('Name of the plan.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace for logs and metrics.')
param workspaceId string

@description('EP1 and the like, or P0v3 and the like.')
param sku string

@description('Whether the plan scales by itself.')
param isElastic bool

@description('Instances that are always ready.')
param minimumInstances int

@description('Instances that a rush may have.')
param maximumInstances int

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: isElastic ? 'elastic' : 'linux'
  sku: {
    name: sku
    tier: isElastic ? 'ElasticPremium' : null
    capacity: minimumInstances
  }
  properties: {
    reserved: true // Linux
    maximumElasticWorkerCount: isElastic ? maximumInstances : null
  }
}

resource planDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: plan
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

output id string = plan.id
