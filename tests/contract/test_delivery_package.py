"""What is deployed: the app and what it needs, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from delivery import package
from delivery.package import (
    PackageError,
    compile_all,
    copy_sources,
    install_dependencies,
    main,
    source_files,
    write_zip,
)
from tests.support.function_app import declared_functions

PROJECT = package.PROJECT
NOT_OURS = {".git", ".venv", ".tools", ".local", "node_modules"}


def files_here() -> Iterator[str]:
    """All files of the project, tracked or not, without what others put beside it."""
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        yield from ((Path(folder) / name).relative_to(PROJECT).as_posix() for name in names)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with something to leave out everywhere."""
    folder = tmp_path / "project"
    for name in ("domain/order.py", "domain/__pycache__/order.pyc", "domain/deep/tests.py", "tests/test_order.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n", encoding="utf-8")
    (folder / "host.json").write_text("{}", encoding="utf-8")
    (folder / ".funcignore").write_text("/*\n!/domain\n!/host.json\n__pycache__\n", encoding="utf-8")
    return folder


def test_only_the_app_is_let_through() -> None:
    deployed = [path.as_posix() for path in source_files(PROJECT)]
    assert {path.split("/")[0] for path in deployed} == {
        *("domain", "functions", "infra"),
        *("function_app.py", "host.json", "requirements.txt"),
    }
    assert {"infra/servicebus.json", "functions/openapi.json", "infra/sql/alembic.ini"} <= set(deployed)
    assert not [path for path in deployed if path.endswith(".pyc") or ("settings" in path and path.endswith(".json"))]


def test_the_core_tools_and_azd_would_let_the_same_through() -> None:
    ignored = GitIgnoreSpec.from_lines((PROJECT / ".funcignore").read_text(encoding="utf-8").splitlines())
    let_through = {path for path in files_here() if not ignored.match_file(path)}
    assert {path.as_posix() for path in source_files(PROJECT)} == let_through
    assert ignored.match_file("infra/sql/__pycache__/tables.cpython-311.pyc")


def test_the_app_runs_on_what_is_let_through(tmp_path: Path) -> None:
    copy_sources(PROJECT, tmp_path / "api")
    names = "import function_app; print(*(each.get_function_name() for each in function_app.app.get_functions()))"
    ran = subprocess.run(
        [sys.executable, "-c", names], cwd=tmp_path / "api", capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == [function.name for function in declared_functions()]


def test_what_is_left_out_is_left_out_everywhere(project: Path) -> None:
    assert [path.as_posix() for path in source_files(project)] == [
        "domain/deep/tests.py",
        "domain/order.py",
        "host.json",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("tests\n", "must be `/*`, then"),
        ("/*\n!/infra\n", "lets in infra, which is not there"),
        ("/*\n!/domain\ndomain/deep\n", "must be `/*`, then"),
    ],
    ids=["leaves out by name only", "lets in what is not there", "a path"],
)
def test_what_cannot_be_understood_is_not_guessed_at(project: Path, content: str, fault: str) -> None:
    (project / ".funcignore").write_text(content, encoding="utf-8")
    with pytest.raises(PackageError, match=fault.replace("*", r"\*")):
        list(source_files(project))


def test_byte_code_is_deployed_and_never_compared_with_its_source(project: Path, tmp_path: Path) -> None:
    copy_sources(project, tmp_path / "api")
    compile_all(tmp_path / "api")
    (compiled,) = (tmp_path / "api" / "domain" / "__pycache__").iterdir()
    assert compiled.read_bytes()[:8] == MAGIC_NUMBER + (0b01).to_bytes(4, "little")


def test_azd_leaves_out_nothing_of_what_was_compiled(project: Path, tmp_path: Path) -> None:
    """Without rules of its own for the package, it leaves out every __pycache__."""
    copy_sources(project, tmp_path / "api")
    compile_all(tmp_path / "api")
    assert (tmp_path / "api" / ".funcignore").read_bytes() == b""


def test_the_same_sources_make_the_same_package(project: Path, tmp_path: Path) -> None:
    packages = []
    for number in ("first", "second"):
        copy_sources(project, tmp_path / number)
        compile_all(tmp_path / number)
        write_zip(tmp_path / number, tmp_path / f"{number}.zip")
        packages.append((tmp_path / f"{number}.zip").read_bytes())
    assert packages[0] == packages[1]


def test_another_python_than_that_of_azure_builds_nothing(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "PYTHON", (2, 7))
    with pytest.raises(PackageError, match=r"python2\.7 -m delivery\.package"):
        install_dependencies(tmp_path)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letters.txt").touch()
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "holds something else than a package" in capsys.readouterr().err
    assert (tmp_path / "letters.txt").exists()
