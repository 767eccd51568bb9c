// /api of the static web app is the function app. A module of its own, because each needs to know the other first.
@description('Name of the static web app.')
param webName string

@description('Name of the function app.')
param apiName string

@description('Region of the function app.')
param apiLocation string

resource web 'Microsoft.Web/staticSites@2024-04-01' existing = {
  name: webName
}

resource api 'Microsoft.Web/sites@2024-04-01' existing = {
  name: apiName
}

resource link 'Microsoft.Web/staticSites/linkedBackends@2024-04-01' = {
  parent: web
  name: 'api'
  properties: {
    backendResourceId: api.id
    region: apiLocation
  }
}

// Linking lets nobody but the static web app in. The API knows its callers by itself and is public anyhow, while the
// warm-up before a swap comes directly and would be refused: so this is taken back.
resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: api
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: false
    }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
  }
  dependsOn: [link]
}
