"""The doctor's findings: what is wrong comes with its mend, and only that fails."""

from pathlib import Path

import pytest

from console.desktop.doctor import (
    QT_LIBRARIES,
    SCREEN_LIBRARIES,
    SCRIPTS,
    Check,
    check_folder,
    check_fonts,
    check_libraries,
    check_python,
    check_spelling,
    look,
    run,
    table,
)


def test_a_supported_python() -> None:
    assert check_python((3, 11)).verdict == "ok"
    assert check_python((3, 14)).verdict == "ok"


@pytest.mark.parametrize("found", [(3, 10), (3, 15), (4, 0)])
def test_another_python_says_which_to_install(found: tuple[int, int]) -> None:
    check = check_python(found)
    assert (check.verdict, check.found) == ("wrong", ".".join(map(str, found)))
    assert "3.11" in check.mend


def test_qt_that_does_not_start_names_the_packages() -> None:
    check = check_libraries(["libEGL.so.1"], started=False, complaint="libEGL.so.1: cannot open")
    assert check.verdict == "wrong"
    assert check.found == "Qt does not start: libEGL.so.1: cannot open"
    assert check.mend == "sudo apt-get install libegl1"


def test_a_window_that_cannot_open_is_wrong_only_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert check_libraries(["libxcb-cursor.so.0"], started=True, complaint="").verdict == "note"
    monkeypatch.setenv("DISPLAY", ":0")
    check = check_libraries(["libxcb-cursor.so.0"], started=True, complaint="")
    assert (check.verdict, check.mend) == ("wrong", "sudo apt-get install libxcb-cursor0")


def test_nothing_missing() -> None:
    assert check_libraries([], started=True, complaint="").verdict == "ok"
    assert check_fonts([]).verdict == "ok"


def test_missing_fonts_name_each_package_once() -> None:
    check = check_fonts(["Thai", "Chinese", "Hebrew"])
    assert (check.verdict, check.found) == ("wrong", "none for Thai, Chinese, Hebrew")
    assert check.mend == "sudo apt-get install fonts-noto-core fonts-noto-cjk"


def test_missing_dictionaries_name_their_packages() -> None:
    assert check_spelling(["ar", "de_DE", "en_GB", "en_US"]).verdict == "ok"
    some = check_spelling(["en_US", "pl_PL"])
    assert (some.verdict, some.found) == ("note", "en, pl")
    assert some.mend == "sudo apt-get install hunspell-de-de hunspell-ar"
    none = check_spelling([])
    assert none.verdict == "note"
    assert none.mend.startswith("sudo apt-get install libenchant-2-2 hunspell-en-us")


def test_folders(tmp_path: Path) -> None:
    assert check_folder("profile", tmp_path / "new").verdict == "ok"
    tmp_path.chmod(0o700)
    assert check_folder("profile", tmp_path) == Check("profile", "ok", str(tmp_path))
    tmp_path.chmod(0o755)
    check = check_folder("profile", tmp_path)
    assert (check.verdict, check.mend) == ("wrong", f"chmod 700 '{tmp_path}'")
    assert check_folder("logs", tmp_path).verdict == "ok"
    (tmp_path / "file").touch()
    assert check_folder("profile", tmp_path / "file").verdict == "wrong"
    assert check_folder("profile", tmp_path / "file" / "below").verdict == "wrong"


def test_the_table_puts_each_mend_under_what_it_mends() -> None:
    checks = [Check("Qt", "ok", "6.11"), Check("fonts", "wrong", "none", "install some")]
    assert table(checks) == (
        "ok     Qt     6.11\n"
        "wrong  fonts  none\n"
        "              → install some"
    )  # fmt: skip


def test_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = (tmp_path / "data", tmp_path / "profile", tmp_path / "logs")
    found = {check.name: check for check in look(*folders)}
    assert found["Python"].verdict == found["SQLite"].verdict == found["SQLCipher"].verdict == "ok"
    assert found["logs"].found.startswith(str(tmp_path / "logs"))
    assert str(tmp_path / "profile" / "logs") in found["other logs"].found
    assert str(tmp_path / "data" / "logs") in found["other logs"].found
    assert all(check.mend for check in found.values() if check.verdict == "wrong")
    wrong = any(check.verdict == "wrong" for check in found.values())
    assert run(*folders) == int(wrong)
    assert capsys.readouterr().out.startswith("ok     Parley ")


def test_every_script_has_a_sample_and_a_package() -> None:
    assert all(text and package.startswith("fonts-noto") for text, package in SCRIPTS.values())
    assert not QT_LIBRARIES.keys() & SCREEN_LIBRARIES.keys()
