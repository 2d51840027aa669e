"""CPython's own extension modules, for real_packages.py --kind c: where their sources are and how they
are compiled. Needs only the standard library; a script of this folder fetches the sources.
"""

import functools
import json
import pathlib
import re
import subprocess
from typing import Any, Dict, List

SCRIPTS = pathlib.Path(__file__).resolve().parent

CPYTHON = "cpython-modules"
CPYTHON_VERSION = "3.13"
# Not part of the modules that programs import: tests and examples, other systems' files, what only the
# interpreter's build runs, and what another unit includes.
LEFT_OUT = re.compile(
    r"(^|/)_?(test|xxtest|xx|freeze|getpath|winconsole|winapi|overlapped|scproxy|tkappinit)"
    r"|(^|/)(examples|tests|impl|_hacl|darwin|_ssl)/|(^|/)get(addr|name)info\.c|xmltok_(impl|ns)\.c"
    r"|_ctypes/_ctypes_test"
)

# What the makefile adds to the flags of all modules, by folder.
FOLDER_FLAGS = {
    "expat": ["-DXML_POOR_ENTROPY"],
    "_decimal": ["-I{modules}/_decimal/libmpdec", "-DCONFIG_64=1", "-DASM=1", "-DHAVE_UINT128_T=1"],
}


class Failure(Exception):
    """What could not be done, for a person to read."""


@functools.lru_cache(maxsize=None)
def _script(name: str, *arguments: str) -> pathlib.Path:
    """The directory that a script of this folder fetches to and prints."""
    done = subprocess.run([str(SCRIPTS / name), *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        why = done.stderr.strip().splitlines() or ["no reason given"]
        raise Failure(f"{name}: {why[-1]}")
    return pathlib.Path(done.stdout.strip())


def python_headers() -> pathlib.Path:
    """The directory of the Python.h that all packages are compiled against."""
    return _script("python_headers.sh", CPYTHON_VERSION)


def cpython_source() -> pathlib.Path:
    """CPython's sources, fetched if they are not there."""
    return _script("cpython_source.sh", CPYTHON_VERSION)


def cpython_files(modules: pathlib.Path) -> List[str]:
    """The translation units below Modules/, relative to it, in order."""
    names = (path.relative_to(modules).as_posix() for path in modules.rglob("*.c"))
    return sorted(name for name in names if not LEFT_OUT.search(name))


def cpython_database(source: pathlib.Path, headers: pathlib.Path) -> List[Dict[str, Any]]:
    """A compile database for the units of `source`; pyconfig.h is that of `headers`."""
    modules = source / "Modules"
    # Debian keeps pyconfig.h in a folder per architecture beside the other headers.
    pyconfig = next(headers.parent.glob(f"*/python{CPYTHON_VERSION}"), headers)
    common = [f"-I{source}/Include", f"-I{source}/Include/internal", f"-I{headers}", f"-I{pyconfig}"]
    common += [f"-I{modules}", f"-I{modules}/expat", "-DPy_BUILD_CORE_MODULE=1"]
    rows = []
    for name in cpython_files(modules):
        extra = FOLDER_FLAGS.get(name.partition("/")[0], [])
        flags = [*common, *(flag.format(modules=modules) for flag in extra)]
        arguments = ["cc", *flags, "-c", name]
        rows.append({"directory": str(modules), "file": name, "arguments": arguments})
    return rows


def write_database(path: pathlib.Path, rows: List[Dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
