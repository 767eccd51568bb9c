// The settings of one slot. Written whole, except for the two that belong to the package which runs there and follow it
// through a swap: giving back the first ones would bring back the last release, or its name.
@description('Name of the function app.')
param siteName string

@description('Whether these are the settings of the staging slot; else of production.')
param isStaging bool

@description('All settings but those two.')
param settings object

@description('Share for the files of the first package; empty where the plan has none.')
param contentShare string

@description('The settings that are there already, if any. Most are references to secrets, not secrets.')
@secure()
param current object

var release = {
  RELEASE: current.?RELEASE ?? 'none'
}
var share = empty(contentShare) ? {} : {
  WEBSITE_CONTENTSHARE: current.?WEBSITE_CONTENTSHARE ?? contentShare
}
var all = union(settings, release, share)

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: siteName

  resource staging 'slots' existing = {
    name: 'staging'
  }
}

resource ofProduction 'Microsoft.Web/sites/config@2024-04-01' = if (!isStaging) {
  parent: site
  name: 'appsettings'
  properties: all
}

resource ofStaging 'Microsoft.Web/sites/slots/config@2024-04-01' = if (isStaging) {
  parent: site::staging
  name: 'appsettings'
  properties: all
}
