"""When the environment is left alone, when it is made, and which parts of the system are missed."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from console.desktop import doctor

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def environment() -> ModuleType:
    """The module as the two commands have it; `packaging` is also a library's name."""
    spec = importlib.util.spec_from_file_location("environment", ROOT / "packaging/environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["environment"] = module
    spec.loader.exec_module(module)
    return module


def test_an_environment_for_tests_serves_to_run_too(environment: ModuleType) -> None:
    made, wanted = environment.fingerprint(("dev",)), environment.fingerprint(("server", "desktop"))
    assert environment.is_ready(wanted, made)
    assert not environment.is_ready(made, wanted), "to run is not enough to test"


@pytest.mark.parametrize("key", ["python", "root", "project"])
def test_another_python_folder_or_project_is_not_ready(environment: ModuleType, key: str) -> None:
    wanted = environment.fingerprint(("server",))
    assert environment.is_ready(wanted, dict(wanted))
    assert not environment.is_ready(wanted, {**wanted, key: "other"})


def test_other_locks_are_not_ready(environment: ModuleType) -> None:
    wanted = environment.fingerprint(("server",))
    assert not environment.is_ready(wanted, {**wanted, "locks": {"server": "other"}})


def test_an_environment_left_unfinished_is_not_ready(environment: ModuleType) -> None:
    wanted = environment.fingerprint(("server",))
    assert not environment.is_ready(wanted, {})
    assert not environment.is_ready(wanted, None)


def test_the_doctor_knows_the_same_packages(environment: ModuleType) -> None:
    """It is installed without `packaging/`, so both have the list."""
    off = {part.probe: part.package for part in environment.OFF_SCREEN}
    assert off == doctor.QT_LIBRARIES
    assert {part.probe: part.package for part in environment.ON_SCREEN} == doctor.SCREEN_LIBRARIES
    fonts = {part.package for part in environment.FONTS}
    assert fonts == {package for _, package in doctor.SCRIPTS.values()}
    spelling = {part.package for part in environment.SPELLING if part.kind == "dictionary"}
    assert spelling == set(doctor.SPELLING.values())


def test_parts_are_found_and_missed(environment: ModuleType) -> None:
    part = environment.Part
    assert environment.is_there(part("x", "program", "python3"))
    assert not environment.is_there(part("x", "program", "no-such-program"))
    assert not environment.is_there(part("x", "library", "libnosuch.so.1"))
    assert not environment.is_there(part("x", "font", "NoSuchFont"))
    assert not environment.is_there(part("x", "dictionary", "xx_XX"))


def test_what_to_type(environment: ModuleType) -> None:
    assert environment.install_line(["a", "b"]) == "sudo apt-get install a b"


def test_a_screen_is_a_display(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        assert not environment.has_screen()
        monkeypatch.setenv(name, ":1")
        assert environment.has_screen()


def test_somebody_elses_environment_is_left_alone(tmp_path: Path) -> None:
    """A whole checkout elsewhere, whose `.venv` is not ours."""
    for name in ("packaging/locks", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("packaging/environment.py", "pyproject.toml", "packaging/locks/server.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    script = "import environment; environment.ensure_environment('server')"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "packaging")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert f"{tmp_path}/.venv was made by something else: move it away" in ended.stderr
    assert list((tmp_path / ".venv").iterdir()) == [tmp_path / ".venv" / "bin"]


@pytest.mark.parametrize("command", ["run", "test"])
def test_an_older_python_is_told_so(command: str) -> None:
    """The check stands before anything an older Python could stumble over."""
    lines = (ROOT / "packaging" / f"{command}.py").read_text().splitlines()
    check = next(n for n, line in enumerate(lines) if "sys.version_info < (3, 11)" in line)
    before = [line for line in lines[:check] if line.startswith(("import", "from"))]
    named = {line.split()[1].partition(".")[0] for line in before}
    assert named <= sys.stdlib_module_names
    compile("\n".join(lines), command, "exec", flags=0)


def test_ci_runs_the_same_command() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert "packaging/test.py" in text
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
