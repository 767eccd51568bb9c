"""The scripts of a release, with a stand-in for the Azure CLI that writes down what it is asked."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bicep import templates

DELIVERY = Path(__file__).parents[2] / "delivery"
SCRIPTS = sorted(DELIVERY.glob("*.sh"))
AZ = """#!/usr/bin/env bash
echo "az $*" >>"$ASKED"
case "$*" in
  *"appsettings list"*) echo "$RUNNING" ;;
  *"secrets list"*) echo "the-token" ;;
  *"$REFUSED"*) echo "refused" >&2; exit 3 ;;
esac
"""
SETTINGS = {
    "AZURE_RESOURCE_GROUP": "rg-contoso",
    "API_NAME": "func-contoso",
    "WEB_NAME": "stapp",
    "SERVICE_BUS_NAME": "sbns",
    "COSMOS_NAME": "cosmos",
    "VIEW_STORAGE_NAME": "stviews",
    "RELEASE": "v3.0.42",
}
SLOT = "--resource-group rg-contoso --name func-contoso"
SWAP = f"az functionapp deployment slot swap {SLOT} --slot staging --target-slot production --output none"


class Cli:
    """Runs scripts with a stand-in for `az` on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "az").write_text(AZ, encoding="utf-8")
        (folder / "az").chmod(0o755)

    def run(self, script: str, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        own = {"PATH": f"{self.folder}:{os.environ['PATH']}", "ASKED": str(self.folder / "asked")}
        environment = os.environ | own | {"RUNNING": "", "REFUSED": "nothing at all"} | SETTINGS | settings
        command = [DELIVERY / script, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound(script: Path) -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("shellcheck"), script], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)


def test_staging_is_quiet_before_it_gets_the_package_and_has_its_name_only_afterwards(cli: Cli) -> None:
    settings = json.loads((DELIVERY.parent / "bicep" / "staging-settings.json").read_text(encoding="utf-8"))
    off = " ".join(f"{name}={value}" for name, value in settings.items())
    assert cli.run("stage.sh", "api.zip").returncode == 0
    assert cli.asked == [
        f"az functionapp config appsettings set {SLOT} --slot staging --slot-settings {off} --output none",
        f"az functionapp deployment source config-zip {SLOT} --slot staging --src api.zip --timeout 900 --output none",
        f"az functionapp config appsettings set {SLOT} --slot staging --settings RELEASE=v3.0.42 --output none",
    ]


def test_a_release_brings_what_infra_describes(cli: Cli) -> None:
    assert cli.run("entities.sh").returncode == 0
    (asked,) = cli.asked
    head, _, rest = asked.partition(" --template-file ")
    template, _, parameters = rest.partition(" --parameters ")
    assert head == "az deployment group create --resource-group rg-contoso --name entities-v3.0.42"
    assert Path(template).resolve() == DELIVERY.parent / "bicep" / "entities.bicep"
    assert parameters == "serviceBusName=sbns cosmosName=cosmos viewStorageName=stviews --output none"
    given = {each.partition("=")[0] for each in parameters.split() if "=" in each}
    assert given == templates().template("bicep/entities.bicep").parameters.keys()


def test_a_deployment_that_is_refused_fails(cli: Cli) -> None:
    staged = cli.run("stage.sh", "api.zip", REFUSED="config-zip")
    assert staged.returncode == 3
    assert "is in staging" not in staged.stdout


def test_the_slots_are_swapped(cli: Cli) -> None:
    assert cli.run("swap.sh").returncode == 0
    assert cli.asked == [SWAP]


def test_a_release_in_production_is_swapped_back(cli: Cli) -> None:
    back = cli.run("swap_back.sh", RUNNING="v3.0.42")
    assert back.stdout == "v3.0.42 is out of production again\n"
    assert cli.asked[1:] == [SWAP]


def test_a_release_that_never_got_there_is_not_swapped_in_by_swapping_back(cli: Cli) -> None:
    back = cli.run("swap_back.sh", RUNNING="v3.0.41")
    assert back.returncode == 0
    assert back.stdout == "production runs v3.0.41; there is nothing to take back\n"
    assert SWAP not in cli.asked


def test_swapping_back_in_vain_is_told(cli: Cli) -> None:
    assert cli.run("swap_back.sh", RUNNING="v3.0.42", REFUSED="slot swap").returncode == 3


@pytest.mark.parametrize("script", ["entities.sh", "stage.sh", "swap.sh", "swap_back.sh", "site_token.sh"])
def test_a_setting_that_is_missing_is_named(cli: Cli, script: str) -> None:
    ran = cli.run(script, "api.zip", AZURE_RESOURCE_GROUP="")
    assert ran.returncode != 0
    assert "AZURE_RESOURCE_GROUP" in ran.stderr
    assert cli.asked == []


def test_the_token_of_the_site_is_hidden_in_the_log_before_anything_else(cli: Cli) -> None:
    output = cli.folder / "output"
    asked = cli.run("site_token.sh", GITHUB_OUTPUT=str(output))
    assert asked.stdout == "::add-mask::the-token\n"
    assert output.read_text(encoding="utf-8") == "token=the-token\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A site and the folder that it shows."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html>This release", encoding="utf-8")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", folder
        finally:
            server.shutdown()
            thread.join()


def test_a_site_that_shows_the_release_is_well(cli: Cli, site: tuple[str, Path]) -> None:
    assert cli.run("verify_site.sh", *site).returncode == 0


def test_a_site_that_shows_something_else_is_told(cli: Cli, site: tuple[str, Path], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>Another release", encoding="utf-8")
    verified = cli.run("verify_site.sh", site[0], tmp_path, PATIENCE_SECONDS="0")
    assert verified.returncode == 1
    assert "is not the page of" in verified.stderr
