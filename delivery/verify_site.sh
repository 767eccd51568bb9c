#!/usr/bin/env bash
# verify_site.sh URL FOLDER: the page at URL is that of FOLDER, within PATIENCE_SECONDS (120).
set -euo pipefail
url=$1 folder=$2 deadline=$((SECONDS + ${PATIENCE_SECONDS:-120}))

until curl --fail --silent --show-error --max-time 20 "$url/" | cmp --silent - "$folder/index.html"; do
  if ((SECONDS >= deadline)); then
    echo "$url/ is not the page of $folder/index.html" >&2
    exit 1
  fi
  sleep 2
done
echo "$url shows $folder"
