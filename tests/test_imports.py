"""The rules of the house that only the source text can show: import order, size, no traces of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# A package may import its own rank and those below it, never one above it.
RANK = {"schemas": 0, "transforms": 1, "scrapers": 2, "dags": 3, "archive": 4, "tests": 5}
PURE = ("schemas", "transforms")
FRAMEWORKS = {"airflow", "scrapy", "twisted"}
# Every task parses its DAG file again, so these are imported inside the tasks.
HEAVY = {"scrapy", "twisted", "pandas", "pyarrow", "duckdb", "boto3", "numpy", "selectolax"}
MAX_LINES = 400
# Written in pieces, or this file would find itself.
REGISTRIES = re.compile("|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)")))
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(?:" + "|".join(("root", "work", "home", "Users", "mnt")) + r")/\w")


def project_files() -> list[Path]:
    """Files that belong to the project: tracked ones and new ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # an unpacked source archive has no git folder
        found = [p for p in ROOT.rglob("*") if not any(part in SKIP for part in p.relative_to(ROOT).parts)]
    return sorted(p for p in found if p.is_file())


SKIP = {".venv", ".data", ".airflow", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", "build"}
SOURCES = [p for p in project_files() if p.suffix == ".py"]


def top_package(path: Path) -> str:
    """`transforms` for transforms/store.py, `archive` for archive.py."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(tree: ast.AST, path: Path) -> Iterator[tuple[str, int]]:
    """Top-level name and line of every import, those inside functions and type checks included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = top_package(path) if node.level else (node.module or "")
            yield name.split(".")[0], node.lineno


def at_import_time(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: no function bodies, no TYPE_CHECKING blocks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from at_import_time(child)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    own = top_package(path)
    if own not in RANK:
        pytest.fail(f"{name_of(path)}: {own!r} has no place in the import order")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, line in imported(tree, path):
        assert RANK.get(name, -1) <= RANK[own], f"{name_of(path)}:{line}: {own} must not import {name}"
        assert own not in PURE or name not in FRAMEWORKS, f"{name_of(path)}:{line}: {own} must not import {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=name_of)
def test_dag_files_parse_without_heavy_imports(path: Path) -> None:
    for node in at_import_time(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name, line in imported(node, path):
                assert name not in HEAVY, f"{name_of(path)}:{line}: import {name} inside the task"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_are_small_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES, f"{name_of(path)}: more than {MAX_LINES} lines, split it"
    if text.strip() and top_package(path) != "tests":
        assert ast.get_docstring(ast.parse(text)), f"{name_of(path)}: the module docstring is missing"


def test_no_registry_address_and_no_path_of_one_machine() -> None:
    found = []
    for path in project_files():
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), 1):
            if hit := REGISTRIES.search(line) or MACHINE_PATHS.search(line):
                found.append(f"{name_of(path)}:{number}: {hit.group()}")
    assert not found, "\n".join(found)


def test_the_rules_notice_a_breach(tmp_path: Path) -> None:
    """The checks above are worth something only if they can fail."""
    tree = ast.parse("def f():\n    from airflow.sdk import task\n    import dags.crawl\n")
    assert {name for name, _ in imported(tree, ROOT / "transforms/x.py")} == {"airflow", "dags"}
    assert MACHINE_PATHS.search("cd /" + "root/project") and REGISTRIES.search("https://py" + "pi.org/simple")
    assert not MACHINE_PATHS.search("http://www.cj.gov.cn/" + "work/index.html")
    deferred = ast.parse("def f():\n    import pandas\n")
    assert not [n for n in at_import_time(deferred) if isinstance(n, ast.Import)]
