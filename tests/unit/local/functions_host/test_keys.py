"""The secrets of the host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.functions_host.keys import read_host_keys
from local.functions_host.settings import SettingsError

HOST = {"masterKey": {"value": "master"}, "functionKeys": [{"name": "default", "value": "ours"}]}


def test_a_file_has_the_keys_of_the_host(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(HOST), encoding="utf-8")
    keys = read_host_keys(file)
    assert keys.open("function", "Any", "ours")
    assert not keys.open("admin", "Any", "ours")
    assert keys.open("admin", "Any", "master")
    assert not keys.open("function", "Any", "")


def test_a_directory_has_keys_of_single_functions_too(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text(json.dumps(HOST), encoding="utf-8")
    own = {"keys": [{"name": "partner", "value": "only"}]}
    (tmp_path / "placeorder.json").write_text(json.dumps(own), encoding="utf-8")
    keys = read_host_keys(tmp_path)
    assert keys.open("function", "PlaceOrder", "only")
    assert not keys.open("admin", "PlaceOrder", "only")
    assert not keys.open("function", "Other", "only")


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("host.json", "{}", '"masterKey"'),
        ("host.json", "no json", '"masterKey"'),
        ("work.json", "[]", '"keys"'),
    ],
)
def test_a_wrong_file_is_refused_with_the_right_form(tmp_path: Path, name: str, text: str, form: str) -> None:
    (tmp_path / "host.json").write_text(json.dumps(HOST), encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_host_keys(tmp_path)
    assert f"{name} must hold" in str(refused.value)
    assert form in str(refused.value)
