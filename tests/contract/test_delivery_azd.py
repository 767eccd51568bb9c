"""`azure.yaml`: what `azd up` deploys, and what it runs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
AZD: dict[str, Any] = yaml.safe_load((PROJECT / "azure.yaml").read_text(encoding="utf-8"))
HOOKS = {
    "before the package": AZD["services"]["api"]["hooks"]["prepackage"],
    "after the infrastructure": AZD["hooks"]["postprovision"],
}
BICEP = "".join(path.read_text(encoding="utf-8") for path in sorted((PROJECT / "bicep").rglob("*.bicep")))


def test_the_infrastructure_is_there() -> None:
    assert AZD["infra"] == {"provider": "bicep", "path": "bicep", "module": "main"}
    assert (PROJECT / "bicep" / "main.bicep").exists()
    assert (PROJECT / "bicep" / "main.parameters.json").exists()


def test_every_service_has_a_resource_that_says_so() -> None:
    tagged = set(re.findall(r"'azd-service-name': '(\w+)'", BICEP))
    assert tagged == AZD["services"].keys()


def test_the_api_is_what_the_hook_has_built() -> None:
    api = AZD["services"]["api"]
    assert (api["host"], api["language"]) == ("function", "python")
    assert all(f"-m delivery.package {api['dist']}\n" in hook["run"] for hook in api["hooks"]["prepackage"].values())


def test_what_the_hook_builds_is_not_committed() -> None:
    ignored = subprocess.run(["git", "check-ignore", AZD["services"]["api"]["dist"]], cwd=PROJECT, check=False)
    assert ignored.returncode == 0


def test_the_site_is_the_folder_of_the_site() -> None:
    web = AZD["services"]["web"]
    assert web["host"] == "staticwebapp"
    assert (PROJECT / web["project"] / web["dist"] / "index.html").exists()
    assert (PROJECT / web["project"] / web["dist"] / "staticwebapp.config.json").exists()


@pytest.mark.parametrize("when", HOOKS)
def test_a_hook_does_the_same_on_windows(when: str) -> None:
    posix, windows = (re.findall(r"-m \S+.*", HOOKS[when][system]["run"]) for system in ("posix", "windows"))
    assert posix == windows


@pytest.mark.parametrize("when", HOOKS)
def test_a_hook_runs_what_there_is(when: str) -> None:
    modules = re.findall(r"-m ([\w.]+)", HOOKS[when]["posix"]["run"])
    assert modules[-1].startswith("delivery.")
    assert all(find_spec(module) for module in modules)


@pytest.mark.parametrize("when", HOOKS)
def test_a_hook_is_a_sound_script(when: str) -> None:
    script = HOOKS[when]["posix"]
    command = [str(Path(sys.executable).with_name("shellcheck")), "--shell", script["shell"], "-"]
    checked = subprocess.run(command, input=script["run"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert script["run"].startswith("set -e\n")


def test_the_database_is_told_what_the_infrastructure_gives() -> None:
    source = (PROJECT / "delivery" / "database.py").read_text(encoding="utf-8")
    read = set(re.findall(r'_required\(environment, "(\w+)"\)', source))
    assert read == {"SQL_URL", "API_IDENTITY_NAME", "API_IDENTITY_CLIENT_ID", "AZURE_RESOURCE_GROUP"}
    assert read <= set(re.findall(r"^output (\w+)", BICEP, re.MULTILINE))
