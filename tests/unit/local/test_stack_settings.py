"""The settings of the local Azure."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from local.stack_settings import StackError, load_secrets, read_settings


def test_without_any_setting_there_are_defaults(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    assert (settings.api_port, settings.web_port, settings.workers, settings.demo_data) == (7071, 4280, 1, True)
    assert settings.state_directory == tmp_path / ".local"
    assert settings.for_app == {
        "RESERVATION_EXPIRY_SECONDS": 900,
        "RESERVATION_GRACE_SECONDS": 840,
        "OPEN_HOLDS_PER_CLIENT": 0,
        "WRONG_TRIES_PER_CLIENT": 0,
        "TRUSTED_PROXIES": 1,
    }
    assert settings.detours == {}


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    environment = {
        "API_PORT": " 0 ",
        "DEMO_DATA": "false",
        "DETOURS": "servicebus=1, storage=2",
        "TRUSTED_PROXIES": "0",
    }
    settings = read_settings(environment, tmp_path)
    assert (settings.api_port, settings.demo_data, settings.for_app["TRUSTED_PROXIES"]) == (0, False, 0)
    assert settings.detours == {"servicebus": 1, "storage": 2}


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("API_PORT", "65536", "a whole number from 0 to 65535"),
        ("WEB_PORT", "-1", "a whole number from 0 to 65535"),
        ("RESERVATION_EXPIRY_SECONDS", "0", "a whole number from 1 to 86400"),
        ("OPEN_HOLDS_PER_CLIENT", "-1", "a whole number of at least 0"),
        ("WRONG_TRIES_PER_CLIENT", "1.5", "a whole number of at least 0"),
        ("TRUSTED_PROXIES", "one", "a whole number of at least 0"),
        ("DEMO_DATA", "yes", "0 or 1"),
        ("DETOURS", "cosmos=1", "ports of servicebus and storage, such as servicebus=30001"),
        ("DETOURS", "storage=0", "ports of servicebus and storage, such as servicebus=30001"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, name: str, text: str, wanted: str) -> None:
    with pytest.raises(StackError) as refused:
        read_settings({name: text}, tmp_path)
    assert str(refused.value) == f"{name} must be {wanted}, not {text!r}"


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(StackError) as refused:
        read_settings({"API_PORT": "x", "DEMO_DATA": "maybe", "FUNCTIONS_WORKER_PROCESS_COUNT": "many"}, tmp_path)
    assert [line.split()[0] for line in str(refused.value).splitlines()] == [
        "API_PORT",
        "FUNCTIONS_WORKER_PROCESS_COUNT",
        "DEMO_DATA",
    ]


def test_api_and_web_cannot_share_a_port(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="API_PORT and WEB_PORT are both 5000"):
        read_settings({"API_PORT": "5000", "WEB_PORT": "5000"}, tmp_path)


def test_the_secrets_are_drawn_once_for_their_owner_alone(tmp_path: Path) -> None:
    drawn = load_secrets(tmp_path)
    assert load_secrets(tmp_path) == drawn
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_the_secrets_are_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "secrets.new").mkdir()  # as where the disk is full
    with pytest.raises(IsADirectoryError):
        load_secrets(tmp_path)
    assert not (tmp_path / "secrets.json").exists()
