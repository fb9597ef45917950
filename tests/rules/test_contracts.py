"""The import contracts hold, and each of them notices what it forbids."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]

# For each contract an import that breaks it: the module it is planted in, and what it imports.
PLANTED = {
    "Rooms: higher may use lower, never the reverse": (
        "people/tables/rows.py",
        "console.orders.model",
    ),
    "Roles inside a room": ("people/model.py", "console.people.records"),
    "The server never sees the desktop": ("server/config.py", "keyring"),
    "The desktop never sees the server": ("sync/client/http.py", "litestar"),
    "Qt stays in widgets, ui and desktop": ("store/bulk.py", "PySide6"),
    "Models and records do no I/O": ("orders/model.py", "httpx"),
    "The kernel needs only the standard library": ("kernel/assets.py", "sqlalchemy"),
    "Screens do not speak SQL or HTTP themselves": ("ui/planted.py", "httpx"),
}


def lint(folder: Path) -> str:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.stdout


def broken(report: str) -> set[str]:
    return {
        contract["name"]
        for contract in CONTRACTS
        if any(f"{contract['name']} BROKEN" in line for line in report.splitlines())
    }


def test_the_contracts_hold() -> None:
    report = lint(ROOT)
    assert broken(report) == set(), report
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report


def test_there_is_a_planted_violation_for_each_contract() -> None:
    assert {contract["name"] for contract in CONTRACTS} == set(PLANTED)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "console", folder / "console", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize("contract", list(PLANTED))
def test_a_planted_violation_is_noticed(copy: Path, contract: str) -> None:
    place, imported = PLANTED[contract]
    module = copy / "console" / place
    before = module.read_text() if module.exists() else None
    module.write_text(f"{before or ''}\nimport {imported}\n")
    try:
        assert contract in broken(lint(copy))
    finally:
        if before is None:
            module.unlink()
        else:
            module.write_text(before)


def test_every_room_with_roles_is_under_the_contract_of_roles() -> None:
    roles = {"model", "records", "tables", "viewmodel", "widgets"}
    rooms = {
        f"console.{package.name}"
        for package in (ROOT / "console").iterdir()
        if len([r for r in roles if (package / r).exists() or (package / f"{r}.py").exists()]) > 1
    }
    contract = next(c for c in CONTRACTS if c["name"] == "Roles inside a room")
    assert set(contract["containers"]) == rooms
