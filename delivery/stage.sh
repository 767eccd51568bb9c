#!/usr/bin/env bash
# stage.sh PACKAGE: the package to the staging slot, and its name to the setting that the health check tells.
# The setting goes with the package when the slots are swapped.
set -euo pipefail
: "${AZURE_RESOURCE_GROUP:?}" "${API_NAME:?}" "${RELEASE:?}"

slot=(--resource-group "$AZURE_RESOURCE_GROUP" --name "$API_NAME" --slot staging)
az functionapp config appsettings set "${slot[@]}" --settings "RELEASE=$RELEASE" --output none
az functionapp deployment source config-zip "${slot[@]}" --src "$1" --timeout 900 --output none
echo "$RELEASE is in staging"
