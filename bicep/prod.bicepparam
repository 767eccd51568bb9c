// az deployment sub create --location $AZURE_LOCATION --parameters bicep/prod.bicepparam
using './main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'contoso-prod')
param location = readEnvironmentVariable('AZURE_LOCATION')
param size = 'prod'
param alertEmail = readEnvironmentVariable('ALERT_EMAIL')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'ServicePrincipal')
param sqlAdministratorId = readEnvironmentVariable('SQL_ADMINISTRATOR_ID')
param paymentCallbackSecret = readEnvironmentVariable('PAYMENT_CALLBACK_SECRET')
