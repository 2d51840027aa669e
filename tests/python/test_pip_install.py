"""`pip install .` puts the program on the PATH of a fresh virtual environment."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

# One worker: the build directory of the wheel is one.
pytestmark = pytest.mark.xdist_group("pip-install")

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **options):
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A fresh environment with the project installed, as its bin directory."""
    folder = tmp_path_factory.mktemp("install") / "venv"
    made = run(sys.executable, "-m", "venv", folder)
    assert made.returncode == 0, made.stderr
    installed = run(folder / "bin" / "python", "-m", "pip", "install", ROOT)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return folder / "bin"


@pytest.fixture()
def activated(environment):
    return {**os.environ, "PATH": f"{environment}{os.pathsep}/usr/bin{os.pathsep}/bin"}


def test_the_program_is_on_path_with_the_version_of_the_project(environment, activated):
    version = re.search(
        r"project\(gilcheck VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()
    ).group(1)
    asked = run("sh", "-c", "command -v gilcheck && gilcheck --version", env=activated)
    assert asked.returncode == 0, asked.stderr
    path, answer = asked.stdout.splitlines()
    assert pathlib.Path(path) == environment / "gilcheck"
    assert version in answer
    shown = run(environment / "python", "-m", "pip", "show", "gilcheck")
    assert f"Version: {version}" in shown.stdout


def test_the_installed_program_finds_a_race(activated, tmp_path):
    (tmp_path / "stats.py").write_text(
        "import threading\n"
        "\n"
        "count = 0\n"
        "\n"
        "\n"
        "def work():\n"
        "    global count\n"
        "    count += 1\n"
        "\n"
        "\n"
        "for _ in range(4):\n"
        "    threading.Thread(target=work).start()\n"
    )
    checked = run("gilcheck", "check", "stats.py", env=activated, cwd=tmp_path)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "GIL101" in checked.stdout


def test_the_wheel_serves_every_python_3(environment):
    files = run(environment / "python", "-m", "pip", "show", "--files", "gilcheck").stdout
    record = next(line.strip() for line in files.splitlines() if line.strip().endswith("WHEEL"))
    site = next(line[10:] for line in files.splitlines() if line.startswith("Location: "))
    assert "Tag: py3-none-" in (pathlib.Path(site) / record).read_text()
