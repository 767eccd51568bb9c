"""What checkov finds in the Bicep files is fixed or, with its reason, in bicep/accepted-findings.yaml."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
import yaml

from tests.support.bicep import PROJECT
from tests.support.checkov import findings

pytestmark = [pytest.mark.takes_long, pytest.mark.timeout(900)]

ACCEPTED: list[dict[str, Any]] = yaml.safe_load((PROJECT / "bicep/accepted-findings.yaml").read_text("utf-8"))
AS_THEY_ARE, INSECURE = "as-they-are/", "insecure/"


def accepted() -> set[tuple[str, str]]:
    return {(check, resource) for each in ACCEPTED for check in each["checks"] for resource in each["resources"]}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Of the files as they are and, because starting checkov takes long, in the same run of one made insecure."""
    directory = tmp_path_factory.mktemp("bicep")
    shutil.copytree(PROJECT / "bicep", directory / AS_THEY_ARE)
    secure = (PROJECT / "bicep/modules/vault.bicep").read_text("utf-8")
    insecure = secure.replace("enablePurgeProtection: true", "enablePurgeProtection: false")
    assert insecure != secure
    (directory / INSECURE).mkdir()
    (directory / INSECURE / "vault.bicep").write_text(insecure, "utf-8")
    return findings(directory)


def test_whatever_is_found_is_accepted_and_whatever_is_accepted_is_found(found: set[tuple[str, str]]) -> None:
    ours = {(check, where.removeprefix(AS_THEY_ARE)) for check, where in found if where.startswith(AS_THEY_ARE)}

    assert ours - accepted() == set(), "fix these, or say in bicep/accepted-findings.yaml why not"
    assert accepted() - ours == set(), "these are mended: take them out of bicep/accepted-findings.yaml"


def test_what_is_made_insecure_is_found(found: set[tuple[str, str]]) -> None:
    assert ("CKV_AZURE_110", "insecure/vault.bicep vault") in found
    assert ("CKV_AZURE_110", "as-they-are/modules/vault.bicep vault") not in found


def test_every_accepted_finding_has_a_reason() -> None:
    assert [each["checks"] for each in ACCEPTED if not each.get("why", "").strip()] == []
