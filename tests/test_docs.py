"""The documents say what is there: every setting, command, target, room, word, file and link."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest

from courtyard.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "courtyard"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/**/*.md")])
CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")


def text(path: str) -> str:
    return (ROOT / path).read_text()


def column(path: str, number: int) -> list[str]:
    """One column of every table in a document, without the heads."""
    cells = [line.strip("| ").split(" | ") for line in text(path).splitlines() if line[:1] == "|"]
    return [row[number] for row in cells if len(row) > number and not row[0].startswith("---")]


def variables_read() -> set[str]:
    """The names in env.<type>("NAME", …) of settings.py."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(text("src/courtyard/settings.py")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and isinstance(node.args[0], ast.Constant)
    }


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, module in COMMANDS.items():
        yield name, getattr(import_module(f"courtyard.cli.{module}"), name.replace("-", "_"))


def test_it_explains_every_setting_and_no_other() -> None:
    explained = {name.strip("`") for name in column("docs/settings.md", 0)} - {"variable"}
    assert explained == variables_read()


def test_it_explains_every_command_and_option() -> None:
    sections = dict(re.findall(r"^## courtyard (\S+)\n(.*?)(?=^## |\Z)", text("docs/commands.md"),
                               re.MULTILINE | re.DOTALL))  # fmt: skip
    assert list(sections) == list(COMMANDS)
    for name, command in commands():
        named = set(re.findall(r"^\| `([^`]+)` \|", sections[name], re.MULTILINE))
        wanted = {
            one.opts[0] if isinstance(one, click.Option) else str(one.name).upper()
            for one in command.params
        }
        assert named == wanted, name
        assert f"$ courtyard {name}" in sections[name], f"{name} has no example"


def test_it_explains_every_make_target() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE)
    written = text("README.md") + text("CONTRIBUTING.md")
    assert targets
    assert [one for one in targets if f"`make {one}`" not in written] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_links_to_what_is_there(path: Path) -> None:
    prose = CODE_BLOCK.sub("", path.read_text())
    inside = [one.split("#")[0] for one in LINK.findall(prose) if "://" not in one]
    assert [one for one in inside if one and not (path.parent / one).exists()] == []


def test_it_uses_every_picture() -> None:
    shown = "".join(path.read_text() for path in DOCUMENTS)
    assert "docs/pictures/ground.png" in shown
    sizes = {one.name: one.stat().st_size for one in ROOT.glob("docs/pictures/*.png")}
    assert [name for name, size in sizes.items() if size > 400_000] == []


def test_it_names_every_room_and_which_are_to_come() -> None:
    house = text("docs/house.md")
    built = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    rooms = {name.strip("`") for name in re.findall(r"^\| (`[a-z]+`) \| ", house, re.MULTILINE)}
    assert rooms == built
    layers = next(
        contract["layers"]
        for contract in tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    floors = {room for floor in layers for room in floor.split(" | ")}
    assert {room for room in floors if not room.startswith("(")} == built
    to_come = house[house.index("### Rooms to come") : house.index("## Inside a room")]
    for room in floors:
        assert re.search(rf"(?<![\w(]){re.escape(room)}(?![\w)])", house), room
        assert not room.startswith("(") or f"`{room.strip('()')}`" in to_come, room


def test_it_names_every_act_and_route_of_the_house() -> None:
    house = text("docs/house.md")
    for path in PACKAGE.glob("*/acts.py"):
        for code in re.findall(r'^@act\("[a-z]+\.(\w+)"', path.read_text(), re.MULTILINE):
            assert code in house, code
    addresses = re.findall(
        r'Route\(\s*"[\w-]+",\s*\w+\([\w.]+\),\s*"([^"]*)"', text("src/courtyard/web/urls.py")
    )
    assert len(addresses) > 10
    for address in addresses:
        shown = re.sub(r"<\w+:(\w+)>", r"<\1>", f"/{address}")
        shown = shown.replace("<invitation>", "<id>").replace("<role>", "<id>")
        assert f"`{shown.replace('<device>', '<id>')}`" in house, address


@cache
def names(module: Path) -> dict[str, set[str]]:
    """The top names of a module, each with the names inside it if it is a class."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(module.read_text()).body:
        for name in _bound(node):
            inside = node.body if isinstance(node, ast.ClassDef) else []
            found[name] = {one for part in inside for one in _bound(part)}
    return found


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def exists(dotted: str) -> bool:
    """Whether `room.module.Name.part` is in the package."""
    path, parts = PACKAGE, dotted.split(".")
    while parts and (path / parts[0]).is_dir():
        path /= parts.pop(0)
    if not parts:
        return (path / "__init__.py").exists()
    module = path / f"{parts.pop(0)}.py"
    if not module.exists() or len(parts) > 2:
        return False
    known = names(module)
    return not parts or (parts[0] in known and set(parts[1:]) <= known[parts[0]])


def test_it_gives_words_that_are_in_the_code() -> None:
    claimed = [name for cell in column("docs/words.md", 1) for name in QUOTED.findall(cell)]
    assert len(claimed) > 30
    assert [name for name in claimed if not exists(name)] == []


def test_it_says_where_every_demonstration_file_is_from() -> None:
    said = {name.strip("`") for name in column("demo/SOURCES.md", 0)} - {"file"}
    there = {
        path.relative_to(ROOT / "demo").as_posix()
        for path in (ROOT / "demo").rglob("*")
        if path.is_file() and path.name != "SOURCES.md"
    }
    assert said == there


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_names_no_place_on_a_machine_and_no_registry(path: Path) -> None:
    written = path.read_text()
    assert re.findall(r"(?<![\w.>])/(?:work|root|home|tmp|Users)\b", written) == []
    assert re.findall(r"pypi\.org|npmjs|debian\.org|pythonhosted", written) == []


def test_it_numbers_decisions_without_gaps() -> None:
    found = sorted(ROOT.glob("docs/decisions/*.md"))
    numbers = [int(path.name[:4]) for path in found]
    assert numbers == list(range(1, len(found) + 1))
    for path in found:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
        heads = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
        assert heads[0].startswith(path.name[:4])
        assert heads[1:] == ["Context", "Decision", "Consequences"], path.name


def test_it_tells_the_changes_to_come() -> None:
    assert re.search(r"^## Unreleased\n\n\S", text("CHANGELOG.md"), re.MULTILINE)
