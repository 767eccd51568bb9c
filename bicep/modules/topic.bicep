// One topic of infra/servicebus.json with its subscriptions.
@description('Namespace that gets the topic.')
param namespaceName string

@description('The topic as infra/servicebus.json describes it.')
param topic object

@description('How long the bus knows a message again, where it does at all.')
param duplicateWindow string

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource entity 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: topic.Name
  properties: {
    enablePartitioning: false // see service-bus.bicep
    requiresDuplicateDetection: topic.Properties.RequiresDuplicateDetection
    duplicateDetectionHistoryTimeWindow: duplicateWindow
    defaultMessageTimeToLive: topic.Properties.DefaultMessageTimeToLive
    supportOrdering: true
    maxSizeInMegabytes: 5120
  }
}

module subscriptions 'subscription.bicep' = [
  for subscriber in topic.Subscriptions: {
    name: '${topic.Name}-${subscriber.Name}'
    params: {
      namespaceName: namespaceName
      topicName: entity.name
      subscriber: subscriber
    }
  }
]
