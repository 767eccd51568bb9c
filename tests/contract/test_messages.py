"""The texts of the web front end: both languages say the same things, every text is said somewhere, none is missing."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from local import azurite

WEB = Path(__file__).parents[2] / "web"
APP = WEB / "app"
AREAS = sorted(path.stem for path in (APP / "messages/en").glob("*.js"))
SCRIPTS = sorted(path for path in APP.rglob("*.js") if "messages" not in path.parts)

Message = str | dict[str, str]

READ = """
const [app, ...files] = process.argv.slice(1);
const catalogues = {};
for (const file of files) catalogues[file] = (await import(file)).default;
const { routes, notFound } = await import(`${app}/routes.js`);
const pages = [...routes, notFound].map(({ load, texts }) => [String(load).match(/import\\("(.+)"\\)/)[1], texts]);
console.log(JSON.stringify({ catalogues, pages }));
"""
KEY = re.compile(r'"([a-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+)"')
SHELL_KEY = re.compile(r'data-(?:text|label)="([^"]+)"')
QUOTED = re.compile(r'"([^"]+)"')
IMPORT = re.compile(r'(?:from|import)[ (]"(\.[^"]+)"')
VALUE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogues by language and area, and the areas that the route of each page loads."""

    catalogues: Mapping[tuple[str, str], Mapping[str, Message]]
    pages: Mapping[Path, set[str]]


@cache
def read() -> Texts:
    """All texts, as a browser reads them."""
    files = {(tongue, area): APP / f"messages/{tongue}/{area}.js" for tongue in ("en", "de") for area in AREAS}
    node, _ = azurite.install()
    addresses = [APP.as_uri(), *(path.as_uri() for path in files.values())]
    command = [node, "--input-type=module", "--eval", READ, *addresses]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return Texts(
        catalogues={which: found["catalogues"][path.as_uri()] for which, path in files.items()},
        pages={APP / module: {"common", *texts} for module, texts in found["pages"]},
    )


def keys(area: str) -> set[str]:
    """Of the texts of an area."""
    return set(read().catalogues["en", area])


def shell_keys() -> set[str]:
    """Of the texts around every page."""
    return set(SHELL_KEY.findall((WEB / "index.html").read_text("utf-8")))


def failure_keys() -> set[str]:
    """Of the texts that components/problem.js puts together: `problem.{name}.title` and `.text`."""
    text = (APP / "components/problem.js").read_text("utf-8")
    known = re.search(r"KNOWN = new Set\(\[(.*?)\]\)", text, re.DOTALL)
    statuses = re.search(r"\[([\d, ]+)\]\.includes\(error\.status\)", text)
    kinds = re.search(r"@typedef \{(.*?)\} FailureKind", (APP / "api-error.js").read_text("utf-8"))
    assert known is not None
    assert statuses is not None
    assert kinds is not None
    names = {*QUOTED.findall(known[1]), *statuses[1].split(", "), *QUOTED.findall(kinds[1])} - {"answer"}
    return {f"problem.{name}.{part}" for name in names | {"bug", "server", "refused"} for part in ("title", "text")}


def said_by(scripts: Iterable[Path]) -> set[str]:
    """What may be a key, in these scripts."""
    return {key for script in scripts for key in KEY.findall(script.read_text("utf-8"))}


def reached_from(script: Path, seen: set[Path]) -> set[Path]:
    """A script and all that it imports, but texts, and the pages of other routes."""
    script = script.resolve()
    if script not in seen and "messages" not in script.parts and script.name != "routes.js":
        seen.add(script)
        for target in IMPORT.findall(script.read_text("utf-8")):
            reached_from(script.parent / target, seen)
    return seen


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_texts(area: str) -> None:
    assert set(read().catalogues["de", area]) == keys(area)


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_put_the_same_values_into_a_text(area: str) -> None:
    english, german = read().catalogues["en", area], read().catalogues["de", area]
    differing = {key: (english[key], german[key]) for key in english if _values(english[key]) != _values(german[key])}
    assert not differing


def test_what_counts_has_a_singular_and_a_plural_in_both_languages() -> None:
    every_text = [text for texts in read().catalogues.values() for text in texts.values()]
    assert {tuple(text) for text in every_text if isinstance(text, dict)} == {("one", "other")}


def test_no_text_is_empty() -> None:
    empty = [key for texts in read().catalogues.values() for key, text in texts.items() if not all(_forms(text))]
    assert not empty


def test_no_text_stands_in_two_areas() -> None:
    everywhere = [key for area in AREAS for key in keys(area)]
    assert len(everywhere) == len(set(everywhere))


def test_every_text_is_said_somewhere() -> None:
    said = said_by(SCRIPTS) | shell_keys() | failure_keys()
    assert not {key for area in AREAS for key in keys(area)} - said


def test_what_every_page_may_say_is_loaded_with_every_page() -> None:
    assert not (shell_keys() | failure_keys()) - keys("common")


def test_a_page_loads_all_texts_that_it_may_say() -> None:
    areas = {key: area for area in AREAS for key in keys(area)}
    missing = {
        f"{page.name} says {key}": areas[key]
        for page, loaded in read().pages.items()
        for key in said_by(reached_from(page, set()))
        if areas.get(key, "common") not in loaded
    }
    assert not missing


def _forms(text: Message) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _values(text: Message) -> set[str]:
    return {value for form in _forms(text) for value in VALUE.findall(form)}
