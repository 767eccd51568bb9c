// The queues and topics that infra/servicebus.json describes, and nothing beside it.
@description('Name of the namespace.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace for logs and metrics.')
param workspaceId string

@description('Standard or Premium.')
@allowed(['Standard', 'Premium'])
param sku string

@description('How long the bus knows a message again, where it does at all.')
param duplicateWindow string

@description('Object id of the identity of the app.')
param apiPrincipalId string

// The app sends to every queue and topic but one, and receives from every one, so its roles are those of the namespace,
// which is its own alone.
var dataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
var dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

var topology = loadJsonContent('../../infra/servicebus.json')
var described = topology.UserConfig.Namespaces[0]
var isStandard = sku == 'Standard'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

// On a partitioned entity all messages of a batch must have one partition key: the session id, else, where duplicates are
// detected, the message id. Our batches mix both, so only what has neither can be partitioned; no topic, and none on Premium.
resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in described.Queues: {
    parent: namespace
    name: queue.Name
    properties: {
      enablePartitioning: isStandard && !(queue.Properties.RequiresSession) && !(queue.Properties.RequiresDuplicateDetection)
      requiresSession: queue.Properties.RequiresSession
      requiresDuplicateDetection: queue.Properties.RequiresDuplicateDetection
      duplicateDetectionHistoryTimeWindow: duplicateWindow
      lockDuration: queue.Properties.LockDuration
      maxDeliveryCount: queue.Properties.MaxDeliveryCount
      defaultMessageTimeToLive: queue.Properties.DefaultMessageTimeToLive
      deadLetteringOnMessageExpiration: queue.Properties.DeadLetteringOnMessageExpiration
      maxSizeInMegabytes: 5120
    }
  }
]

module topics 'topic.bicep' = [
  for topic in described.Topics: {
    name: 'topic-${topic.Name}'
    params: {
      namespaceName: namespace.name
      topic: topic
      duplicateWindow: duplicateWindow
    }
    // Subscriptions forward to a queue, which must be there.
    dependsOn: [queues]
  }
]

resource maySend 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, apiPrincipalId, dataSender)
  scope: namespace
  properties: {
    principalId: apiPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSender)
  }
}

resource mayReceive 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, apiPrincipalId, dataReceiver)
  scope: namespace
  properties: {
    principalId: apiPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataReceiver)
  }
}

resource namespaceDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'OperationalLogs'
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

output id string = namespace.id
output fullyQualifiedNamespace string = '${namespace.name}.servicebus.windows.net'
