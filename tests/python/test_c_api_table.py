"""rules/tables/c_api.tsv speaks of functions that exist: compared with the headers of CPython, with
the C library's, with CPython's own record of reference counts, and with itself."""

from __future__ import annotations

import csv
import os
import pathlib
import re
import subprocess

import c_headers
import pytest

TABLE = c_headers.ROOT / "rules" / "tables" / "c_api.tsv"
NEWEST = "3.14"  # later versions are not compared
CPYTHON = re.compile(r"(\d\.\d+)(\+|-(\d\.\d+))?$")


def rows():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = rows()
PYTHON_ROWS = [row for row in ROWS if CPYTHON.match(row["versions"])]


def minor(version):
    return int(version.split(".")[1])


def is_in(row, version):
    """Whether the row says that this version's headers have the name."""
    first, rest, last = CPYTHON.match(row["versions"]).groups()
    end = minor(last or first) if rest != "+" else 99
    return minor(first) <= minor(version) <= end


def preprocess(version, *flags):
    include = c_headers.include_directory(version)
    source = "#include <Python.h>\n#include <structmember.h>\n#include <datetime.h>\n" \
             "#include <frameobject.h>\n"
    done = subprocess.run(["cc", "-E", *flags, "-DPy_GIL_DISABLED=1", f"-I{include}", "-x", "c", "-"],
                          input=source, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def functions_and_macros(version):
    declared = set(re.findall(r"\b(_?Py\w+)\s*\(", preprocess(version)))
    macros = set(re.findall(r"^#define (\w+)", preprocess(version, "-dM"), re.MULTILINE))
    return declared, macros


def types(version):
    """Names that the headers use as a type: a tag, a typedef, the type of a parameter."""
    text = preprocess(version)
    return set(re.findall(r"\b(?:struct|union)\s+(_?[Pp]y\w+|_typeobject)\s*\{", text)) | \
        set(re.findall(r"\}\s*(_?Py\w+)\s*;", text)) | \
        set(re.findall(r"\btypedef\s+[^;{}()]*?\b(_?Py\w+)\s*;", text))


@pytest.mark.parametrize("version", ["3.13", "3.14"])
def test_every_python_name_is_in_the_headers_of_the_versions_it_names(version):
    declared, macros = functions_and_macros(version)
    structures = types(version)
    wrong = []
    for row in PYTHON_ROWS:
        there = row["name"] in structures if row["form"] == "type" else \
            row["name"] in macros or row["form"] == "function" and row["name"] in declared
        if there != is_in(row, version):
            wrong.append((row["name"], row["versions"], "there" if there else "not there"))
    assert not wrong


@pytest.mark.parametrize("version", ["3.14"])
def test_every_replacement_is_in_the_headers_and_has_a_row(version):
    declared, macros = functions_and_macros(version)
    named = {row["name"] for row in ROWS}
    for row in PYTHON_ROWS:
        if row["replacement"] == "-" or minor(row["replacement_since"]) > minor(version):
            continue
        assert row["replacement"] in declared | macros, row["name"]
        if row["replacement"].startswith("Py"):
            assert row["replacement"] in named, row["name"]


def test_every_posix_name_is_declared_or_named_by_a_language():
    sources = {"core", "posix", "c", "c11", "gcc", "windows", "c++11", "c++14", "c++17", "pybind11", "nanobind"}
    for row in ROWS:
        if not CPYTHON.match(row["versions"]):
            assert row["versions"] in sources, row
    rows = [row for row in ROWS if row["versions"] in {"posix", "c"}]
    names = [row["name"] for row in rows if row["form"] == "function"]
    structures = [row["name"] for row in rows if row["form"] == "type"]
    headers = ("pthread semaphore stdlib string time pwd grp netdb arpa/inet unistd stdio locale "
               "signal sys/stat sys/uio sys/socket sys/select poll sys/epoll sys/wait sys/file fcntl "
               "getopt search crypt math wchar malloc termios setjmp dirent ftw").split()
    # The address of a function that is not declared is an error, and so is a wrong name.
    code = "#define _GNU_SOURCE\n" + "".join(f"#include <{h}.h>\n" for h in headers)
    code += "void *const table[] = {" + ",".join(f"(void *)(long)&{name}" for name in names) + "};\n"
    code += "".join(f"extern {name} kept_{name};\n" for name in structures)
    done = subprocess.run(["cc", "-fsyntax-only", "-w", "-x", "c", "-"], input=code,
                          capture_output=True, text=True, timeout=60)
    missing = re.findall(r"error: (?:.(\w+). undeclared|unknown type name .(\w+).)", done.stderr)
    assert not missing, done.stderr


def test_cxx_names_are_declared(tmp_path):
    code = "#include <atomic>\n#include <condition_variable>\n#include <future>\n#include <mutex>\n" \
           "#include <functional>\n#include <shared_mutex>\n#include <thread>\n"
    made = {"std::lock_guard": "std::mutex", "std::unique_lock": "std::mutex",
            "std::shared_lock": "std::shared_mutex", "std::scoped_lock": "std::mutex",
            "std::atomic": "int", "std::atomic_ref": "int", "std::future": "int",
            "std::__atomic_base": "int", "std::function": "void()"}
    for row in ROWS:
        name = row["name"]
        if not row["versions"].startswith("c++"):
            continue
        if row["form"] in {"class", "type"}:
            code += f"using c{len(code)} = {name}{'<' + made[name] + '>' if name in made else ''};\n"
            continue
        owner, _, member = name.rpartition("::")
        if owner in {"std", "std::this_thread"}:
            code += f"using {name};\n"
            continue
        owner += f"<{made[owner]}>" if owner in made else ""
        code += f"struct d{len(code)} : {owner} {{ using {owner}::{member}; }};\n"
    (tmp_path / "probe.cc").write_text(code)
    done = subprocess.run(["c++", "-std=c++20", "-fsyntax-only", "-w", "probe.cc"], cwd=tmp_path,
                          capture_output=True, text=True, timeout=60)
    errors = [line for line in done.stderr.splitlines() if "error" in line and "final" not in line]
    assert not errors, errors


def test_every_documented_level_is_in_the_table():
    levels = {row["name"]: row["level"] for row in ROWS}
    assert sum(level != "-" for level in levels.values()) >= 75
    assert levels["PyList_GetItemRef"] == "atomic"
    assert levels["PyTuple_GetItem"] == "compatible"
    assert levels["_PyBytes_Resize"] == "distinct"


def refcounts():
    """name -> "0" or "+1": what CPython's documentation says of a returned object."""
    base = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    record = base / "gilcheck" / "cpython-source" / "3.13" / "Doc" / "data" / "refcounts.dat"
    if not record.is_file():
        done = subprocess.run([str(c_headers.ROOT / "scripts" / "cpython_source.sh")],
                              capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            pytest.skip(f"no source of CPython: {done.stderr.strip()}")
    said = {}
    for line in record.read_text(encoding="utf-8").splitlines():
        fields = line.split(":")
        if not line.startswith("#") and len(fields) >= 4 and "Py" in fields[1] and not fields[2]:
            said.setdefault(fields[0], fields[3])
    return said


def test_references_are_as_cpython_records_them():
    said = refcounts()
    compared, wrong = 0, []
    for row in PYTHON_ROWS:
        result = row["result"].split(":")[0]
        expected = {"new": "+1", "fresh": "+1", "alias": "+1", "borrowed": "0"}.get(result)
        if row["form"] == "function" and expected and said.get(row["name"]) in {"+1", "0"}:
            compared += 1
            if said[row["name"]] != expected:
                wrong.append((row["name"], row["result"], said[row["name"]]))
    assert compared > 200
    assert not wrong


def test_rows_do_not_contradict_themselves():
    for row in ROWS:
        name = row["name"]
        if row["act"].startswith(("detach", "attach")):
            assert row["python"] == "always", name
        if row["act"].startswith(("acquire:", "wait:")) and row["versions"] != "windows":
            assert row["blocks"] == "yes", name
        if row["result"] == "borrowed:container:0" and row["form"] == "function" \
                and not name.startswith("_"):
            assert row["replacement"] != "-", name
        if row["versions"] in {"c", "c11", "posix", "gcc"}:
            assert row["attached"] == "no" and row["python"] == "never", name


def test_types_say_what_they_are_and_functions_do_not():
    for row in ROWS:
        assert row["act"].endswith("-type") or row["form"] != "type", row["name"]
        assert row["act"] not in {"definition-type", "lock-type"} or row["form"] == "type", row["name"]
        if row["act"] in {"calls", "thread-start", "once", "address-only"}:
            assert row["act_on"] != "-", row["name"]


def test_the_table_of_functions_is_not_written_again_in_the_code():
    """A chain of comparisons with names of the C API is a list that belongs into the table."""
    listed = {row["name"] for row in ROWS if row["form"] == "function"}
    chains = []
    for path in sorted((c_headers.ROOT / "clang_plugin").rglob("*.cc")):
        for statement in re.split(r"[;{}]", path.read_text(encoding="utf-8")):
            named = set(re.findall(r'== "([\w:]+)"', statement)) & listed
            if len(named) > 3:
                chains.append((path.name, sorted(named)))
    assert not chains


def test_atomic_operations_of_cpython_are_complete():
    declared = set(re.findall(r"\b(_Py_atomic_\w+)\s*\(", preprocess("3.13")))
    known = {row["name"] for row in ROWS if row["act"].startswith("atomic-")}
    assert declared - known == set()
