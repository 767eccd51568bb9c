// What an operator should hear of before a registrant tells her. docs/deploy.md says what to do about each.
@description('Name of the action group.')
param actionGroupName string

@description('Tags of every resource.')
param tags object

@description('Where alerts are mailed to; empty: they are only shown in the portal.')
param email string

@description('Service Bus namespace.')
param serviceBusId string

@description('Cosmos account.')
param cosmosId string

@description('Function app.')
param apiId string

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'contoso'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var actions = empty(email) ? [] : [{ actionGroupId: actionGroup.id }]

var watched = [
  {
    name: 'alert-dead-letters'
    description: 'Messages failed 20 times or outlived their time: see the dead-letter queue of the entity.'
    severity: 1
    scope: serviceBusId
    metricNamespace: 'Microsoft.ServiceBus/namespaces'
    metricName: 'DeadletteredMessages'
    aggregation: 'Maximum'
    threshold: 0
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
  }
  {
    name: 'alert-parked-messages'
    description: 'Messages that could never succeed: the reason stands in their properties.'
    severity: 1
    scope: serviceBusId
    metricNamespace: 'Microsoft.ServiceBus/namespaces'
    metricName: 'ActiveMessages'
    aggregation: 'Maximum'
    threshold: 0
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['parked-messages'] }]
  }
  {
    name: 'alert-server-errors'
    description: 'The API answered 5xx.'
    severity: 2
    scope: apiId
    metricNamespace: 'Microsoft.Web/sites'
    metricName: 'Http5xx'
    aggregation: 'Total'
    threshold: 5
    dimensions: []
  }
  {
    name: 'alert-cosmos-throttling'
    description: 'Cosmos asks to slow down: raise its maximum throughput.'
    severity: 3
    scope: cosmosId
    metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
    metricName: 'TotalRequests'
    aggregation: 'Count'
    threshold: 100
    dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
  }
]

resource alerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in watched: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      enabled: true
      description: alert.description
      severity: alert.severity
      scopes: [alert.scope]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: alert.metricNamespace
            metricName: alert.metricName
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.threshold
            dimensions: alert.dimensions
          }
        ]
      }
      actions: actions
    }
  }
]
