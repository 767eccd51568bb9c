#!/usr/bin/env bash
# Take $RELEASE out of production, if it is there: a swap that failed may or may not have happened, and swapping once
# more would bring back what failed. The last release is in staging, as it ran before. The database stays migrated.
set -euo pipefail
: "${AZURE_RESOURCE_GROUP:?}" "${API_NAME:?}" "${RELEASE:?}"

running=$(az functionapp config appsettings list --resource-group "$AZURE_RESOURCE_GROUP" --name "$API_NAME" \
  --query "[?name=='RELEASE'].value" --output tsv)
if [[ "$running" != "$RELEASE" ]]; then
  echo "production runs $running; there is nothing to take back"
  exit 0
fi
"$(dirname "$0")/swap.sh"
echo "$RELEASE is out of production again"
