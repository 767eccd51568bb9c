#!/usr/bin/env bash
# stage.sh PACKAGE: the package to the staging slot. Before it, what must not run there is turned off, so that a function
# that is new takes no message of production. After it its name, which the health check tells: any setting restarts what
# is there, and the last release must not go by the name of this one. The name goes with the package in a swap.
set -euo pipefail
: "${AZURE_RESOURCE_GROUP:?}" "${API_NAME:?}" "${RELEASE:?}"

here=$(dirname "$0")
slot=(--resource-group "$AZURE_RESOURCE_GROUP" --name "$API_NAME" --slot staging)
off=$(python3 -c 'import json, sys; print(*map("=".join, json.load(sys.stdin).items()), sep="\n")' \
  <"$here/../bicep/staging-settings.json")
mapfile -t off <<<"$off"
az functionapp config appsettings set "${slot[@]}" --slot-settings "${off[@]}" --output none
az functionapp deployment source config-zip "${slot[@]}" --src "$1" --timeout 900 --output none
az functionapp config appsettings set "${slot[@]}" --settings "RELEASE=$RELEASE" --output none
echo "$RELEASE is in staging"
