"""The shape of the code: sentences, sizes, docstrings, and a test for every role of every room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = ROOT / "console"
OURS = sorted(p for top in ("console", "tests", "packaging") for p in (ROOT / top).rglob("*.py"))
MODULES = [path for path in OURS if "stubs" not in path.parts]
CODE = [path for path in MODULES if CONSOLE in path.parents]
GENERATED = CONSOLE / "store" / "migrations" / "versions"
MAX_FILE, MAX_TEST_FILE, MAX_FUNCTION = 500, 400, 60
SPINE = ("kernel", "store", "sync")
ROLES = ("markup", "shielding", "model", "records", "tables", "server", "viewmodel", "widgets")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def test_every_module_opens_with_one_sentence() -> None:
    wrong = []
    for path in MODULES:
        first = (ast.get_docstring(tree(path)) or "").partition("\n")[0]
        if not first.endswith((".", ":", ".”", "`.")) or len(first) < 10:
            wrong.append(f"{name(path)}: {first!r}")
    assert wrong == []


def test_no_file_is_too_long() -> None:
    long = {
        name(path): lines
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{name(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in CODE
        if GENERATED not in path.parents
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION
    }
    assert long == {}


# -- docstrings

PLAIN_BASES = {
    "Record", "Strict", "Struct", "Protocol", "Generic", "NamedTuple", "StrEnum", "Exception",
    "ParleyError", "Refused", "object",
}  # fmt: skip


def bases(node: ast.ClassDef) -> set[str]:
    found = set()
    for base in node.bases:
        part = base.value if isinstance(base, ast.Subscript) else base
        found.add(part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", ""))
    return found


def protocol_methods() -> set[str]:
    """Names that some protocol of ours documents; who fills it in need not say it again."""
    return {
        member.name
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and "Protocol" in bases(node)
        for member in node.body
        if isinstance(member, Function)
    }


def undocumented(path: Path, promised: set[str]) -> Iterator[str]:
    for node in tree(path).body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{name(path)}: {node.name}"
        if isinstance(node, ast.ClassDef):
            may_override = bool(bases(node) - PLAIN_BASES)
            for member in node.body:
                if not isinstance(member, Function) or member.name.startswith("_"):
                    continue
                overrides = may_override or member.name in promised
                qt = member.name != member.name.lower()
                if not (overrides or qt or ast.get_docstring(member)):
                    yield f"{name(path)}: {node.name}.{member.name}"


def test_what_others_call_says_what_types_cannot() -> None:
    promised = protocol_methods()
    assert [found for path in CODE for found in undocumented(path, promised)] == []


# -- calls that the house rules forbid


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_only_the_kernel_starts_tasks() -> None:
    starters = {"create_task", "ensure_future"}
    found = [name(path) for path in CODE if starters & set(calls(path))]
    assert found == ["console/kernel/tasks.py"]


def test_no_dialog_loops_inside_the_loop() -> None:
    assert [name(path) for path in CODE if {"exec", "exec_"} & set(calls(path))] == []


def test_the_standard_librarys_sqlite_is_nowhere() -> None:
    found = [
        name(path)
        for path in CODE
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Import) and any(a.name == "sqlite3" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "sqlite3")
    ]
    assert found == []


# -- a test for every role


def rooms() -> list[Path]:
    packages = [path.parent for path in CONSOLE.glob("*/__init__.py")]
    return sorted(p for p in packages if (p / "model.py").exists() or (p / "model").is_dir())


def expected() -> Iterator[tuple[str, list[str]]]:
    """Each source file or role package, and the tests of which one must be there."""
    for package in [*rooms(), *(CONSOLE / spine for spine in SPINE)]:
        folder = f"tests/{package.name}"
        for entry in sorted(package.iterdir()):
            role = entry.stem
            if entry.suffix == ".py" and role != "__init__":
                yield name(entry), [f"{folder}/test_{role}.py"]
            elif (entry / "__init__.py").exists() and role != "migrations":
                inside = sorted(p for p in (ROOT / folder / role).glob("test_*.py"))
                yield name(entry), [f"{folder}/test_{role}.py", *map(name, inside)]


@pytest.mark.parametrize(
    ("source", "tests"), list(expected()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_role_has_its_tests(source: str, tests: list[str]) -> None:
    assert any((ROOT / test).exists() for test in tests), f"{source} has no {' or '.join(tests)}"


def test_rooms_hold_roles_and_nothing_else() -> None:
    wrong = [
        name(entry)
        for room in rooms()
        for entry in room.iterdir()
        if entry.stem not in (*ROLES, "__init__", "__pycache__")
    ]
    assert wrong == []
    assert [room.name for room in rooms()] == [
        "conversations", "drafts", "fields", "macros", "masking", "orders", "people", "search", "tickets", "views",
    ]  # fmt: skip
