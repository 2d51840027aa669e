"""Dependencies between components point down only (docs/architecture.md)."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BELOW = {
    "base": set(),
    "rules": {"base"},
    "analyzer": {"base", "rules"},
    "clang_plugin": {"base", "rules"},
    "project": {"base", "rules", "analyzer", "clang_plugin"},
    "report": {"base", "rules", "project"},
    "cli": {"base", "rules", "analyzer", "clang_plugin", "project", "report"},
}
# Who may know a format or a protocol.
LIBRARIES = {
    "nlohmann/": {"report", "project"},
    "CLI/": {"cli"},
    "toml++/": {"project"},
    "tree_sitter/": {"analyzer"},
    "clang-c/": {"clang_plugin"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def includes(component):
    for path in sorted((ROOT / component).rglob("*")):
        if path.suffix in (".h", ".cc"):
            for name in INCLUDE.findall(path.read_text()):
                yield path.relative_to(ROOT), name


@pytest.mark.parametrize("component", BELOW)
def test_a_component_includes_only_what_is_below_it(component):
    allowed = BELOW[component] | {component}
    wrong = [
        f"{path} includes {name}"
        for path, name in includes(component)
        if name.split("/")[0] in BELOW and name.split("/")[0] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize("component", BELOW)
def test_a_library_is_used_where_it_belongs(component):
    wrong = [
        f"{path} includes {name}"
        for path, name in includes(component)
        for prefix, users in LIBRARIES.items()
        if name.startswith(prefix) and component not in users
    ]
    assert not wrong
