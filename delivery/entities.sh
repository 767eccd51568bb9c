#!/usr/bin/env bash
# What infra/ describes to Azure: queues, topics, subscriptions and rules, containers, tables. What is there stays there.
set -euo pipefail
: "${AZURE_RESOURCE_GROUP:?}" "${SERVICE_BUS_NAME:?}" "${COSMOS_NAME:?}" "${VIEW_STORAGE_NAME:?}" "${RELEASE:?}"

az deployment group create --resource-group "$AZURE_RESOURCE_GROUP" --name "entities-$RELEASE" \
  --template-file "$(dirname "$0")/../bicep/entities.bicep" \
  --parameters "serviceBusName=$SERVICE_BUS_NAME" "cosmosName=$COSMOS_NAME" "viewStorageName=$VIEW_STORAGE_NAME" \
  --output none
echo "Azure has what infra/ describes"
