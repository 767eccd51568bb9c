#!/usr/bin/env bash
# The token that the site is deployed with, as output `token` of a workflow's step, hidden in its log. Static Web Apps
# has nothing better; asking for it each time keeps it from being a secret that somebody must store.
set -euo pipefail
: "${AZURE_RESOURCE_GROUP:?}" "${WEB_NAME:?}" "${GITHUB_OUTPUT:?}"

token=$(az staticwebapp secrets list --resource-group "$AZURE_RESOURCE_GROUP" --name "$WEB_NAME" \
  --query properties.apiKey --output tsv)
echo "::add-mask::$token"
echo "token=$token" >>"$GITHUB_OUTPUT"
