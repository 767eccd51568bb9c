"""The workflows: what they may do, in which order they do it, and that they name only what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
WORKFLOWS = PROJECT / ".github" / "workflows"
FILES = sorted(path.name for path in WORKFLOWS.glob("*.yml"))
TEXTS = {name: (WORKFLOWS / name).read_text(encoding="utf-8") for name in FILES}
RELEASE: dict[str, Any] = yaml.safe_load(TEXTS["release.yml"])
STEPS = [
    (file, step)
    for file, text in TEXTS.items()
    for job in yaml.safe_load(text)["jobs"].values()
    for step in job.get("steps", [])
]
WHO_DEPLOYS = {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"}
CHECKOUT = "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool that is installed beside this Python."""
    program = Path(sys.executable).with_name(name)
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """The strictest there is, without asking anybody on the network."""
    return tool("zizmor", "--offline", "--no-progress", "--no-config", "--persona", "auditor", folder)


def schema_check(folder: Path) -> subprocess.CompletedProcess[str]:
    """Against GitHub's own description of workflows, which comes with the tool."""
    return tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *sorted(folder.glob("*.yml")))


def scripts() -> Iterator[str]:
    """What all steps run."""
    yield from (step["run"] for _, step in STEPS if "run" in step)


def test_nothing_is_unsafe() -> None:
    audited = zizmor(WORKFLOWS)
    assert audited.returncode == 0, audited.stdout + audited.stderr


def test_they_are_workflows() -> None:
    checked = schema_check(WORKFLOWS)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        ("checks.yml", CHECKOUT, "uses: actions/checkout@v7", "unpinned-uses"),
        ("checks.yml", "persist-credentials: false", "persist-credentials: true", "artipacked"),
        ("checks.yml", "run: make test", "run: echo ${{ github.event.pull_request.title }} && make test", "injection"),
        ("release.yml", "permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("checks.yml", "pull_request:", "pull_request_target:", "dangerous-triggers"),
    ],
    ids=["not pinned", "credentials stay", "anybody's text is run", "everything is allowed", "strangers' code"],
)
def test_what_is_unsafe_is_found_out(tmp_path: Path, file: str, old: str, new: str, finding: str) -> None:
    folder = tmp_path / ".github" / "workflows"
    shutil.copytree(WORKFLOWS, folder)
    assert old in TEXTS[file]
    (folder / file).write_text(TEXTS[file].replace(old, new, 1), encoding="utf-8")
    audited = zizmor(folder)
    assert audited.returncode != 0
    assert finding in audited.stdout


def test_what_is_no_workflow_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "checks.yml").write_text(TEXTS["checks.yml"].replace("runs-on:", "runs_on:"), encoding="utf-8")
    assert schema_check(tmp_path).returncode != 0


def test_there_are_no_secrets() -> None:
    assert not [file for file, text in TEXTS.items() if re.search(r"\$\{\{[^}]*\bsecrets\b|secrets: inherit", text)]


def test_only_jobs_of_production_sign_in_to_azure() -> None:
    for name, job in RELEASE["jobs"].items():
        signs_in = "id-token" in job["permissions"]
        assert signs_in is (job.get("environment") == "production"), name
        assert signs_in is any("azure/login" in step.get("uses", "") for step in job.get("steps", [])), name


def test_every_variable_is_an_output_of_the_infrastructure_or_who_deploys() -> None:
    used = set(re.findall(r"\bvars\.(\w+)", "".join(TEXTS.values())))
    outputs = set(re.findall(r"^output (\w+)", (PROJECT / "bicep" / "main.bicep").read_text(), re.MULTILINE))
    assert used >= WHO_DEPLOYS
    assert used - WHO_DEPLOYS <= outputs
    told = TEXTS["release.yml"].partition("name:")[0]
    assert not [name for name in used if name not in told]


def test_a_release_is_checked_built_once_swapped_and_only_then_shown_and_tagged() -> None:
    needs = {name: job.get("needs") for name, job in RELEASE["jobs"].items()}
    assert needs == {"checks": None, "package": "checks", "api": "package", "tag": "api", "web": "api"}
    built = [job for job, content in RELEASE["jobs"].items() if "delivery.package" in str(content)]
    assert built == ["package"]


def order_of(steps: list[dict[str, Any]]) -> list[str]:
    """The named steps that change something in Azure or look at it."""
    return [step["name"] for step in steps if "name" in step and "Install" not in step["name"]]


def test_the_api_is_replaced_in_the_right_order() -> None:
    steps = RELEASE["jobs"]["api"]["steps"]
    assert order_of(steps) == [
        "Migrate the database",
        "Deploy what infra describes",
        "Deploy to staging",
        "Smoke test of staging",
        "Swap",
        "Smoke test of production",
        "Swap back",
    ]
    by_name = {step.get("name"): step for step in steps}
    assert by_name["Smoke test of staging"]["env"]["URL"] == "${{ vars.API_STAGING_URL }}"
    assert by_name["Smoke test of production"]["env"]["URL"] == "${{ vars.WEB_URL }}"
    assert by_name["Swap"]["id"] == "swap"
    assert by_name["Swap back"]["if"] == "(failure() || cancelled()) && steps.swap.outcome != 'skipped'"
    assert all("continue-on-error" not in step for step in steps)


def test_the_database_is_migrated_while_the_sign_in_is_fresh() -> None:
    """GitHub's word for a job holds for five minutes, and for it alone Entra ID gives the token for SQL."""
    steps = RELEASE["jobs"]["api"]["steps"]
    (signed_in,) = [number for number, step in enumerate(steps) if "azure/login" in step.get("uses", "")]
    assert steps[signed_in + 1]["name"] == "Migrate the database"


def test_two_releases_never_share_the_slot_and_none_is_left_out() -> None:
    assert RELEASE["concurrency"] == {"group": "release", "cancel-in-progress": False, "queue": "max"}


def test_checks_see_the_last_release() -> None:
    (checkout,) = [step for file, step in STEPS if file == "checks.yml" and "checkout" in step.get("uses", "")]
    assert checkout["with"]["fetch-depth"] == 0


def test_a_release_is_named_after_the_version_of_the_project() -> None:
    version = re.search(r'^version = "(\d+\.\d+)\.', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert RELEASE["env"]["RELEASE"] == f"v{version[1]}.${{{{ github.run_number }}}}"


def test_the_python_is_that_of_azure() -> None:
    azure = re.search(r"'Python\|([\d.]+)'", (PROJECT / "bicep/modules/api.bicep").read_text())
    assert azure
    versions = {step["with"]["python-version"] for _, step in STEPS if "setup-python" in step.get("uses", "")}
    assert versions == {azure[1]}


def test_what_is_longer_than_three_lines_is_a_script_that_tests_can_run() -> None:
    assert max(len(script.strip().splitlines()) for script in scripts()) <= 3


def test_every_script_and_module_that_is_run_is_there() -> None:
    text = "\n".join(scripts())
    modules = set(re.findall(r"python -m (delivery\.\w+)", text))
    assert modules == {"delivery.package", "delivery.database", "delivery.smoke"}
    assert all(find_spec(module) for module in modules)
    named = set(re.findall(r"delivery/\w+\.sh", text))
    assert len(named) >= 7
    assert all((PROJECT / name).stat().st_mode & 0o111 for name in named)
