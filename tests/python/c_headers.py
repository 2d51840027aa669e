"""The headers of CPython for tests of the C pass; got once, by scripts/python_headers.sh."""

from __future__ import annotations

import functools
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@functools.lru_cache(maxsize=None)
def _fetch(version: str) -> tuple[str, str]:
    done = subprocess.run([str(ROOT / "scripts" / "python_headers.sh"), version],
                          capture_output=True, text=True, timeout=600)
    return (done.stdout.strip() if done.returncode == 0 else ""), done.stderr


def include_directory(version: str = "3.13") -> pathlib.Path:
    """The directory for -I. The test is skipped, with the reason, where it cannot be had."""
    directory, why = _fetch(version)
    if not directory:
        pytest.skip(f"no headers of CPython {version}: {why.strip()}")
    return pathlib.Path(directory)
