"""What people see can be said in every language: nothing is unmarked, no catalogue has a gap."""

import ast
import gettext
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from console.kernel.tongue import ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "console"
OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
SHOWN = ("desktop/**/*.py", "ui/*.py", "*/viewmodel/*.py", "*/viewmodel.py", "*/widgets/*.py",
         "*/widgets.py", "sync/client/files.py", "sync/client/keeping.py", "sync/client/local.py")  # fmt: skip
ON_THE_COMMAND_LINE = {"app.py", "doctor.py", "engine.py", "guard.py"}
"""What these of the desktop say is read in a terminal, which has English alone."""
MARKERS = {"tr", "trn", "mark", "pair"}
NAMES = {"Desk", "Fusion", "Inter", "ParleyArabic", "Parley", "Parley ", "NFKC",
         "Notify", "PrepareForSleep", "SESSION", "SYSTEM"}  # fmt: skip
"""Names, which are the same in every language."""
NOT_STARTED = (
    "The picture ",
    "There is nothing to show yet",
    "The folder ",
    "Parley is already",
)
"""What a console that could not start says in the terminal it was started from."""
_KEY = re.compile(
    r"((Ctrl|Shift|Alt|Meta)\+)*"
    r"(F\d+|[A-Z0-9]|Return|Esc|Space|Del|Home|End|Pg\w+|Tab|Up|Down|Left|Right|\W)"
)
_TAG = re.compile(r"<[^>]*>")
_FILE = re.compile(r"[\w-]+\.\w{2,4}")
_WORDS = re.compile(r"[A-Za-z]{2,}[,.:;!?…]? [A-Za-z]|^[A-Z][a-z]+|^[A-Z]{4,}$")


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    """The tool that collects and compiles; `packaging` is also a library's name."""
    file = ROOT / "packaging" / "catalogues.py"
    spec = importlib.util.spec_from_file_location("catalogues", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def test_every_language_has_a_catalogue(catalogues: ModuleType) -> None:
    assert catalogues.languages() == OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_says_all_that_the_code_says_and_no_more(
    catalogues: ModuleType, language: str
) -> None:
    code = {message.id for message in catalogues.sentences(catalogues.template())}
    told = list(catalogues.sentences(catalogues.read(language)))
    assert {message.id for message in told} == code, "run: python packaging/catalogues.py"
    assert [message.id for message in told if catalogues.missing(message)] == []


def _names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)[^}]*\}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_the_same_names(catalogues: ModuleType, language: str) -> None:
    catalogue = catalogues.read(language)
    wrong = []
    for message in catalogues.sentences(catalogue):
        if isinstance(message.id, str):
            wrong += [message.id] * (_names(message.id) != _names(message.string))
            continue
        wanted = _names(message.id[1])
        assert len(message.string) == catalogue.num_plurals, message.id
        # For none, one or two a language may have words in place of the figure, and of the names.
        wrong += [form for form in message.string if not _names(form) <= wanted]
        wrong += [form for form in message.string[3:] if _names(form) != wanted]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_is_written(catalogues: ModuleType, language: str) -> None:
    with catalogues.po_file(language).with_suffix(".mo").open("rb") as file:
        compiled: Any = gettext.GNUTranslations(file)
    for message in catalogues.sentences(catalogues.read(language)):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
            continue
        forms = {compiled.ngettext(*message.id, number) for number in (*range(120), 1_000)}
        assert forms == set(message.string)


# -- what the code says


def shown() -> list[Path]:
    """The modules whose words people see."""
    found = {path for pattern in SHOWN for path in PACKAGE.glob(pattern)}
    return sorted(path for path in found if path.name not in ON_THE_COMMAND_LINE)


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def _silent(tree: ast.Module) -> Iterator[ast.AST]:
    """What is no word on screen: docstrings, reasons of asserts, what is compared, patterns, log events."""
    for node in ast.walk(tree):
        yield from _annotations(node)
        match node:
            case ast.Expr(value=ast.Constant()):
                yield node
            case ast.Assert(msg=ast.expr() as reason):
                yield reason
            case ast.Call() if _called(node) in {*MARKERS, "TypeVar", "Unusable", "compile"}:
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                yield node
            case ast.Compare():
                yield from node.comparators
            case ast.Assign(targets=[ast.Name(id="__all__") | ast.Attribute(attr="problem")]):
                yield node  # the problem is told in the terminal when the program has ended


def _annotations(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.AnnAssign(annotation=told) | ast.arg(annotation=ast.expr() as told):
            yield told
        case ast.FunctionDef(returns=ast.expr() as told):
            yield told
        case ast.AsyncFunctionDef(returns=ast.expr() as told):
            yield told
        case ast.Subscript(slice=ast.Constant() as told):
            yield told


def unmarked(source: str) -> list[str]:
    """Words in a module that no catalogue knows of."""
    tree = ast.parse(source)
    silent = {id(inner) for node in _silent(tree) for inner in ast.walk(node)}
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    )
    return [
        text
        for text in texts
        if _WORDS.search(_TAG.sub("", text))
        and text not in NAMES
        and not text.startswith(NOT_STARTED)
        and not _KEY.fullmatch(text)
        and "SELECT " not in text
        and not _FILE.fullmatch(text)
    ]


@pytest.mark.parametrize("path", shown(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_words_on_screen_are_marked(path: Path) -> None:
    assert unmarked(path.read_text(encoding="utf-8")) == []


def test_the_rule_sees_what_it_should() -> None:
    assert unmarked('button = QPushButton("Send")') == ["Send"]
    assert unmarked('x = f"{count} not sent"') == [" not sent"]
    assert unmarked('T = {"a": "it is empty"}') == ["it is empty"]
    assert unmarked('x = "<b class=key>Send it</b>"; y = "<td align=left>"; z = "Shift+Tab"') == [
        "<b class=key>Send it</b>"
    ]
    assert unmarked('x = tr("Send"); log.info("it is sent"); y: "Desk"; z = "arrow-left"') == []


def _plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def glued() -> Iterator[str]:
    """Calls that no tool can collect a sentence from, or that put one together from pieces."""
    for path in sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "ui" / "icons.py"}):  # its own mark
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = _called(node)
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            bad = name in ("mark", "pair") and not all(map(_plain, node.args))
            bad |= name == "tr" and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            if bad:
                yield f"{path.name}:{node.lineno}"


def test_sentences_are_whole() -> None:
    assert list(glued()) == []


def _tables(tree: ast.Module) -> set[str]:
    """Tables of marked sentences alone: what is taken from them is translated where it is taken."""
    found = set()
    for node in tree.body:
        value = getattr(node, "value", None)
        if isinstance(value, ast.Dict) and all(_called(one) == "mark" for one in value.values):
            targets = (
                node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            )
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def test_what_is_taken_from_a_table_is_translated() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in shown()}
    own = {path: _tables(tree) for path, tree in trees.items()}
    tables = {name for names in own.values() for name in names if not name.startswith("_")}
    assert "STATUS_WORDS" in tables
    wrong = []
    for path, tree in trees.items():
        said = {
            id(inner)
            for node in ast.walk(tree)
            if _called(node) in ("tr", "trn")
            for inner in ast.walk(node)
        }
        wrong += [
            f"{path.name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id in tables | own[path]  # another module's `_LANES` is another table
            and id(node) not in said
        ]
    assert wrong == []
