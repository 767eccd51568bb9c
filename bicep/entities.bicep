// What infra/ describes: queues, topics, subscriptions and rules, containers, tables. main.bicep deploys it with all else,
// and every release by itself, before its package (delivery/entities.sh): whoever releases may assign no roles.
@description('Service Bus namespace.')
param serviceBusName string

@description('Cosmos account.')
param cosmosName string

@description('Storage account of the read models.')
param viewStorageName string

var topology = loadJsonContent('../infra/servicebus.json')
var bus = topology.UserConfig.Namespaces[0]
var eventStore = loadJsonContent('../infra/cosmos.json')
var tableNames = loadJsonContent('../infra/tables.json')

var isStandard = namespace.sku.name == 'Standard'
var duplicateWindow = 'PT30M' // longer than a message can be redelivered, which is 20 locks of a minute

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

// On a partitioned entity all messages of a batch must have one partition key: the session id, else, where duplicates are
// detected, the message id. Our batches mix both, so only what has neither can be partitioned; no topic, and none on Premium.
resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in bus.Queues: {
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

module topics 'modules/topic.bicep' = [
  for topic in bus.Topics: {
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

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' existing = {
  name: cosmosName

  resource database 'sqlDatabases' existing = {
    name: eventStore.database
  }
}

resource containers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = [
  for container in eventStore.containers: {
    parent: account::database
    name: container.id
    properties: {
      resource: {
        id: container.id
        partitionKey: {
          kind: 'Hash'
          version: 2
          paths: [container.partitionKey]
        }
        uniqueKeyPolicy: {
          uniqueKeys: [for path in container.uniqueKeys: { paths: [path] }]
        }
        indexingPolicy: container.indexingPolicy
      }
    }
  }
]

resource viewStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: viewStorageName

  resource tableService 'tableServices' existing = {
    name: 'default'
  }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for tableName in tableNames: {
    parent: viewStorage::tableService
    name: tableName
  }
]
