"""The package of a release: what .funcignore lets through, what it needs, and both compiled.

    python3.11 -m delivery.package FOLDER [--zip FILE]

Built once, on any machine: what it needs is taken as wheels for Linux and the Python that Azure runs, so nothing is
compiled or resolved there. The byte code is part of it, because a package is mounted read-only: without, every
instance would compile all it imports each time it starts.
"""

from __future__ import annotations

import argparse
import compileall
import fnmatch
import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PYTHON = (3, 11)
"""What bicep/modules/api.bicep asks for. pip evaluates conditions of requirements for the Python that it runs on."""
DEPENDENCIES = Path(".python_packages", "lib", "site-packages")
"""Where the worker of Azure Functions looks."""
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class PackageError(Exception):
    """The package cannot be built; the message says what to do."""


def source_files(project: Path) -> Iterator[Path]:
    """The files that .funcignore lets through, relative to `project`, in order. Raises PackageError.

    Of the syntax it knows what that file needs: all is left out at first (`/*`), some is let in (`!/name`), and some
    names are left out wherever they are.
    """
    lines = (project / ".funcignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    let_in = [rule.removeprefix("!/") for rule in rules if rule.startswith("!/")]
    left_out = [rule for rule in rules[1:] if not rule.startswith("!/")]
    if rules[:1] != ["/*"] or any(mark in rule for rule in [*let_in, *left_out] for mark in "/!"):
        raise PackageError(".funcignore must be `/*`, then `!/name` for what is deployed and `name` for what never is")
    for name in sorted(let_in):
        top = project / name
        if not top.exists():
            raise PackageError(f".funcignore lets in {name}, which is not there")
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in (file.relative_to(project) for file in files if file.is_file()):
            if not any(fnmatch.fnmatchcase(part, rule) for part in path.parts for rule in left_out):
                yield path


def copy_sources(project: Path, folder: Path) -> None:
    """Copy what is deployed to `folder`, which must not exist."""
    for path in source_files(project):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project / path, target)


def install_dependencies(folder: Path) -> None:
    """Install what requirements.txt names, as wheels for Azure. Raises PackageError."""
    if sys.version_info[:2] != PYTHON:
        wanted = ".".join(map(str, PYTHON))
        raise PackageError(
            f"run this with Python {wanted}, the one that Azure runs: python{wanted} -m delivery.package"
        )
    platforms = [argument for platform in _PLATFORMS for argument in ("--platform", platform)]
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"),
        *("--only-binary", ":all:", *platforms, "--target", str(folder / DEPENDENCIES)),
        *("--requirement", str(folder / "requirements.txt")),
    ]
    if subprocess.run(command, check=False).returncode:
        raise PackageError("pip could not install requirements.txt, see above")
    shutil.rmtree(folder / DEPENDENCIES / "bin", ignore_errors=True)  # scripts, with paths of this machine


def compile_all(folder: Path) -> None:
    """Compile every module in `folder`, never to be compared with its source again.

    An empty .funcignore goes with it: where there is none, azd leaves out all byte code.
    Source: Azure/azure-dev, cli/azd/pkg/project/project_utils.go.
    """
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    # Not all that a library ships is meant to be imported, so a module that does not compile is none of our business.
    compileall.compile_dir(folder, quiet=2, invalidation_mode=mode, stripdir=folder)
    (folder / ".funcignore").touch()


def write_zip(folder: Path, file: Path) -> None:
    """Write all of `folder` to `file`: the same bytes for the same content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m delivery.package", description="Build the package of a release.")
    parser.add_argument("folder", type=Path, help="where to put it; what is there is deleted")
    parser.add_argument("--zip", type=Path, help="also write it to this file")
    given = parser.parse_args(arguments)
    if given.folder.exists() and not (given.folder / "host.json").exists() and any(given.folder.iterdir()):
        parser.error(f"{given.folder} holds something else than a package; name another folder, or empty it")
    shutil.rmtree(given.folder, ignore_errors=True)
    try:
        copy_sources(PROJECT, given.folder)
        install_dependencies(given.folder)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    compile_all(given.folder)
    if given.zip:
        write_zip(given.folder, given.zip)
        print(f"{given.zip}: {given.zip.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
