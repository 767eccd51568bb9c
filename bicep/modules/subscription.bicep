// One subscription of infra/servicebus.json with its rules.
@description('Namespace that has the topic.')
param namespaceName string

@description('Topic that gets the subscription.')
param topicName string

@description('The subscription as infra/servicebus.json describes it.')
param subscriber object

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName

  resource topic 'topics' existing = {
    name: topicName
  }
}

resource entity 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: namespace::topic
  name: subscriber.Name
  properties: {
    requiresSession: subscriber.Properties.RequiresSession
    lockDuration: subscriber.Properties.LockDuration
    maxDeliveryCount: subscriber.Properties.MaxDeliveryCount
    defaultMessageTimeToLive: subscriber.Properties.DefaultMessageTimeToLive
    deadLetteringOnMessageExpiration: subscriber.Properties.DeadLetteringOnMessageExpiration
    deadLetteringOnFilterEvaluationExceptions: true
    forwardTo: subscriber.Properties.?ForwardTo
  }
}

// A new subscription has a rule $Default that lets everything through, and a template cannot delete it. So the first rule
// of ours takes its name and with it its place.
@batchSize(1)
resource rules 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for (rule, index) in subscriber.Rules: {
    parent: entity
    name: (index == 0) ? '$Default' : rule.Name
    properties: {
      filterType: '${rule.Properties.FilterType}Filter'
      sqlFilter: rule.Properties.?SqlFilter == null ? null : {
        sqlExpression: rule.Properties.SqlFilter.SqlExpression
      }
      correlationFilter: rule.Properties.?CorrelationFilter == null ? null : {
        label: rule.Properties.CorrelationFilter.Label
      }
    }
  }
]
