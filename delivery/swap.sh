#!/usr/bin/env bash
# Swap the slots. Before any request goes to the new release it is started with the settings of production and answers
# WEBSITE_SWAP_WARMUP_PING_PATH. From then until the swap both releases handle messages: either understands the other's,
# and no message is handled twice.
set -euo pipefail
: "${AZURE_RESOURCE_GROUP:?}" "${API_NAME:?}"

az functionapp deployment slot swap --resource-group "$AZURE_RESOURCE_GROUP" --name "$API_NAME" \
  --slot staging --target-slot production --output none
