"""scripts/python_headers.sh gives headers that compile as either build, and leaves them alone."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

import c_headers
import pytest

PROGRAM = """\
#include <Python.h>
#ifdef Py_GIL_DISABLED
#  define BUILD 1
#else
#  define BUILD 0
#endif
_Static_assert(BUILD == EXPECTED, "the wrong build");
_Static_assert(PY_MINOR_VERSION == MINOR, "the wrong version");
"""


@pytest.mark.parametrize("version", ["3.13", "3.14"])
@pytest.mark.parametrize("free_threaded", [0, 1])
def test_headers_compile_as_either_build(version, free_threaded, tmp_path):
    include = c_headers.include_directory(version)
    (tmp_path / "probe.c").write_text(PROGRAM)
    flags = ["-DPy_GIL_DISABLED=1"] if free_threaded else []
    done = subprocess.run(
        ["cc", "-fsyntax-only", "-Wall", "-Werror", *flags, f"-DEXPECTED={free_threaded}",
         f"-DMINOR={version.split('.')[1]}", f"-I{include}", "probe.c"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_second_run_changes_nothing():
    include = c_headers.include_directory("3.13")
    before = (include / "Python.h").stat()
    again = subprocess.run([str(c_headers.ROOT / "scripts" / "python_headers.sh"), "3.13"],
                           capture_output=True, text=True, timeout=10)
    assert again.stdout.split() == [str(include)]
    assert (include / "Python.h").stat() == before


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="needs apt")
def test_a_version_that_debian_lacks_is_named_and_leaves_nothing(tmp_path):
    done = subprocess.run([str(c_headers.ROOT / "scripts" / "python_headers.sh"), "3.99"],
                          capture_output=True, text=True, timeout=60,
                          env={"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path)})
    assert done.returncode == 1
    assert "libpython3.99-dev" in done.stderr
    assert not [p for p in pathlib.Path(tmp_path).rglob("*") if p.is_file()]
