#!/usr/bin/env bash
# Microsoft's ODBC Driver 18 on Ubuntu, from Microsoft's packages; nothing where it is already.
set -euo pipefail

if dpkg --status msodbcsql18 >/dev/null 2>&1; then
  exit 0
fi
# shellcheck source=/dev/null
release=$(source /etc/os-release && echo "$VERSION_ID")
curl --fail --silent --show-error --location --output /tmp/packages-microsoft-prod.deb \
  "https://packages.microsoft.com/config/ubuntu/$release/packages-microsoft-prod.deb"
sudo dpkg --install /tmp/packages-microsoft-prod.deb
sudo apt-get update --quiet
sudo ACCEPT_EULA=Y apt-get install --quiet --yes msodbcsql18
