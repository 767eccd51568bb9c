// Packages are deployed with a token of Entra ID, never with a publishing password.
@description('Name of the function app.')
param siteName string

@description('Name of its staging slot.')
param slotName string

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: siteName

  resource slot 'slots' existing = {
    name: slotName
  }
}

resource siteFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource siteScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'scm'
  properties: {
    allow: false
  }
}

resource slotFtp 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site::slot
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource slotScm 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site::slot
  name: 'scm'
  properties: {
    allow: false
  }
}
