// az deployment sub create --location $AZURE_LOCATION --parameters bicep/dev.bicepparam
using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'contoso-dev')
param location = readEnvironmentVariable('AZURE_LOCATION')
param size = 'dev'
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param sqlAdministratorId = readEnvironmentVariable('SQL_ADMINISTRATOR_ID')
param paymentCallbackSecret = readEnvironmentVariable('PAYMENT_CALLBACK_SECRET')
