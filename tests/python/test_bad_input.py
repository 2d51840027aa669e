"""Input nobody should have to fear: it is analysed as far as possible, and said what was not."""

import os
import pathlib
import random
import socket
import subprocess
import tempfile
import threading

import pytest

from conftest import BINARY, CLEAN, RACY, RACY_LINE

FINDING = ("app.py", RACY_LINE, "GIL101")


# ---------------------------------------------------------------------------- syntax


def test_the_rest_of_a_file_with_syntax_errors_is_analysed(project):
    project.write("app.py", RACY + "\n\ndef broken(:\n    return ]\n\n\nclass Fine:\n    pass\n")
    report = project.check()
    assert [(f["path"], f["line"], f["rule"]) for f in report["findings"]] == [FINDING]
    assert report["coverage"]["files_with_syntax_errors"] == 1
    (diagnostic,) = report["diagnostics"]
    assert diagnostic["code"] == "syntax-error"
    assert diagnostic["path"] == "app.py"


def test_an_unclosed_bracket_leaves_what_follows(project):
    project.write("app.py", "broken = [1,\n    2\n\n" + RACY)
    report = project.check()
    assert [(f["line"], f["rule"]) for f in report["findings"]] == [(RACY_LINE + 3, "GIL101")]
    (diagnostic,) = report["diagnostics"]
    assert diagnostic["message"] == "syntax error up to line 2; the rest of the file is analysed"


def test_what_is_not_analysed_is_said(project):
    project.write("a.py", "x = 1\nx = = 2\n")
    project.write("b.py", "x = 1\nx = [1,\n2\n")
    project.write("c.py", "f(1,\n\ng(\nimport os\nh(3,\n4\nimport os\n")
    assert [d["message"] for d in project.check()["diagnostics"]] == [
        "syntax error; the rest of the file is analysed",
        "syntax error up to the end of the file; only what stands before it is analysed",
        "the first of 2 syntax errors, which span 5 of 7 lines; the rest of the file is analysed",
    ]


def test_a_file_cut_off_anywhere_is_analysed(project):
    for size in range(0, len(RACY), 7):
        project.write(f"cut{size}.py", RACY[:size])
    assert project.check()["coverage"]["files_analysed"] == len(range(0, len(RACY), 7))


def test_python_2_is_no_reason_to_stop(project):
    project.write("old.py", "print 'x'\nexec 'y'\nraise E, 'z'\n`1`\n" + RACY)
    project.check()


# ---------------------------------------------------------------------------- bytes


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("byte order mark", b"\xef\xbb\xbf" + RACY.encode(), 9),
        ("CR LF", RACY.replace("\n", "\r\n").encode(), 9),
        ("lone CR", RACY.replace("\n", "\r").encode(), 9),
        ("form feeds", RACY.replace("\n\n\n", "\n\x0c\n\x0c\n").encode(), 9),
        ("tabs", RACY.replace("    ", "\t").encode(), 9),
        ("no last line break", RACY.encode().rstrip(b"\n"), 9),
        ("latin-1", "# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + RACY.encode(), 11),
        ("utf-8 by name", "# coding: utf-8\n# é ☃ 🐍\n".encode() + RACY.encode(), 11),
        ("koi8-r", "# vim: set fileencoding=koi8-r :\n# Привет\n".encode("koi8-r") + RACY.encode(),
         11),
        ("shift_jis", "#!/usr/bin/python\n# coding=shift_jis\n# 日本\n".encode("shift_jis")
         + RACY.encode(), 12),
        ("cp1252", "# coding: cp1252\n# \u20ac\n".encode("cp1252") + RACY.encode(), 11),
    ],
)
def test_encodings_and_line_ends(project, name, data, line):
    project.write("app.py", data)
    report = project.check()
    assert [(f["path"], f["line"], f["rule"]) for f in report["findings"]] == [
        ("app.py", line, "GIL101")
    ], name
    assert report["diagnostics"] == [], name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("NUL bytes", RACY.encode() + b"\nx = '\0'\n"),
        ("not UTF-8", RACY.encode() + b"\nx = '\xff\xfe'\n"),
        ("unknown encoding", b"# coding: klingon\n" + RACY.encode()),
        ("contradiction", b"\xef\xbb\xbf# coding: latin-1\n" + RACY.encode()),
    ],
)
def test_what_does_not_decode_is_said_and_the_rest_analysed(project, name, data):
    project.write("app.py", data)
    report = project.check()
    assert len(report["findings"]) == 1, name
    assert "decoding-error" in {item["code"] for item in report["diagnostics"]}, name


@pytest.mark.parametrize("data", [b"", b"\0", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"#", b"\\",
                                  b"'''", b"\x0c", b"\r", b"\0" * 5000, b"\xff" * 5000])
def test_almost_nothing(project, data):
    project.write("app.py", data)
    report = project.check()
    assert report["coverage"]["files_analysed"] == 1
    assert report["findings"] == []


def test_random_bytes(project):
    chance = random.Random(1)
    for number in range(20):
        project.write(f"r{number}.py", chance.randbytes(3000))
    assert project.check()["coverage"]["files_analysed"] == 20


def test_a_binary_with_the_wrong_name(project):
    with open(BINARY, "rb") as binary:
        project.write("app.py", binary.read(200_000))
    project.check()


# ---------------------------------------------------------------------------- size


def test_fifty_megabytes(project):
    method = "    def m{0}(self, b):\n        if self in b:\n            return b[self] + {0}\n\n"
    methods = "".join(method.format(number) for number in range(100))
    with open(project.path / "big.py", "w") as big:
        for number in range(7_000):
            big.write(f"class C{number}:\n{methods}\n")
    assert (project.path / "big.py").stat().st_size > 50_000_000
    project.write("app.py", RACY)
    report = project.check(timeout=900)
    assert report["coverage"]["files_analysed"] == 2
    assert report["coverage"]["functions"] > 700_000
    assert [f["path"] for f in report["findings"]] == ["app.py"]


def test_larger_files_are_left_out_and_it_is_said(project):
    project.write("big.py", "x = 1\n" * 1000)
    project.write("app.py", RACY)
    arguments = ["--config", 'max-file-size="1k"']
    assert project.findings(*arguments, ".") == [FINDING]
    assert project.diagnostics(*arguments, ".") == [("big.py", "unreadable-file")]
    named = project.run("check", *arguments, "big.py")
    assert named.returncode == 2
    assert "max-file-size" in named.stderr


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n",
        "x = " + "(" * 10_000 + "\n",
        "x = " + "[" * 10_000 + "]" * 10_000 + "\n",
        "x = " + "{1: " * 10_000 + "1" + "}" * 10_000 + "\n",
        "x = " + "f(" * 10_000 + ")" * 10_000 + "\n",
        "x = " + "not " * 10_000 + "1\n",
        "x = " + "-" * 10_000 + "1\n",
        "x = " + "1 + " * 10_000 + "1\n",
        "x = " + "a." * 10_000 + "b\n",
        "x = a" + "[0]" * 10_000 + "\n",
        "x = a" + "()" * 10_000 + "\n",
        "x = " + "lambda: " * 10_000 + "1\n",
        "x = " + "1 if a else " * 10_000 + "1\n",
        "x = " + "a if b and c or " * 5_000 + "1\n",
        "".join(" " * depth + "if x:\n" for depth in range(1000)) + " " * 1000 + "pass\n",
        "".join(" " * depth + f"def f{depth}():\n" for depth in range(500)) + " " * 500 + "pass\n",
        "".join(" " * depth + f"class C{depth}:\n" for depth in range(500)) + " " * 500 + "pass\n",
        "if x:\n    pass\n" + "elif y:\n    pass\n" * 10_000,
        "x = 1\n" * 100_000,
        "x = '" + "a" * 1_000_000 + "'\n",
        "a" * 1_000_000 + " = 1\n",
        "f(" + ", ".join(f"a{n}=1" for n in range(20_000)) + ")\n",
        "x = f'" + "{a}" * 10_000 + "'\n",
    ],
    ids=["parentheses", "open", "lists", "dicts", "calls", "not", "minus", "plus", "attributes",
         "subscripts", "call chain", "lambda", "conditional", "mixed", "if", "def", "class", "elif",
         "lines", "string", "name", "arguments", "f-string"],
)
def test_ten_thousand_of_anything(project, text):
    project.write("deep.py", text)
    project.write("app.py", RACY)
    for jobs in (1, 2):
        assert FINDING in project.findings("--no-cache", "-j", jobs, timeout=60)


# ---------------------------------------------------------------------------- file system


def test_directories_with_names_of_files(project):
    project.write("x.py/app.py", RACY)
    assert project.findings() == [("x.py/app.py", RACY_LINE, "GIL101")]
    assert project.findings("x.py") == [("x.py/app.py", RACY_LINE, "GIL101")]


def test_what_is_no_file_is_said_and_never_waited_for(project):
    project.write("app.py", RACY)
    os.mkfifo(project.path / "pipe.py")
    (project.path / "dangling.py").symlink_to("nowhere.py")
    (project.path / "loop.py").symlink_to("loop.py")
    with socket.socket(socket.AF_UNIX) as listener:
        # The path of a socket is short; a relative one always is.
        before = os.getcwd()
        os.chdir(project.path)
        try:
            listener.bind("socket.py")
        finally:
            os.chdir(before)
        report = project.check(timeout=20)
    assert [f["path"] for f in report["findings"]] == ["app.py"]
    assert sorted(item["path"] for item in report["diagnostics"]) == [
        "dangling.py", "loop.py", "pipe.py", "socket.py"]
    assert {item["code"] for item in report["diagnostics"]} == {"unreadable-file"}


@pytest.mark.parametrize("name", ["pipe.py", "dangling.py", "loop.py"])
def test_a_named_file_that_cannot_be_read_is_an_error(project, name):
    project.write("app.py", RACY)
    os.mkfifo(project.path / "pipe.py")
    (project.path / "dangling.py").symlink_to("nowhere.py")
    (project.path / "loop.py").symlink_to("loop.py")
    done = project.run("check", "app.py", name, timeout=20)
    assert done.returncode == 2
    assert name in done.stderr
    assert "app.py:9" in done.stdout


@pytest.fixture()
def somebody():
    """Options for a run by a person whom file modes bind; root is none."""
    options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        subprocess.run([BINARY, "--version"], check=True, stdout=subprocess.DEVNULL, cwd="/",
                       **options)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("cannot run the program as somebody else")
    return options


def test_without_permission(project, somebody):
    # Not below pytest's own directory, which only its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        project.path = pathlib.Path(folder)
        project.path.chmod(0o755)
        project.write("app.py", RACY)
        project.write("secret.py", RACY).chmod(0)
        project.write("closed/x.py", RACY).parent.chmod(0)
        try:
            report = project.check(**somebody)
            named = project.run("check", "secret.py", **somebody)
            named_directory = project.run("check", "closed", **somebody)
        finally:
            (project.path / "closed").chmod(0o700)
    assert [f["path"] for f in report["findings"]] == ["app.py"]
    # The directory is somebody else's, too, so that there is no place for a cache.
    assert {(item["path"], item["code"]) for item in report["diagnostics"]} - {
        (None, "cache-unwritable")
    } == {("closed", "unreadable-directory"), ("secret.py", "unreadable-file")}
    for done in (named, named_directory):
        assert done.returncode == 2
        assert "permission denied" in done.stderr


def test_loops_of_symbolic_links(project):
    project.write("pkg/app.py", RACY)
    (project.path / "pkg" / "self").symlink_to(".")
    (project.path / "pkg" / "up").symlink_to("..")
    (project.path / "a").symlink_to("b")
    (project.path / "b").symlink_to("a")
    (project.path / "again.py").symlink_to("pkg/app.py")
    assert project.findings() == [("pkg/app.py", RACY_LINE, "GIL101")]
    assert project.findings("pkg/self/self") == [("pkg/self/self/app.py", RACY_LINE, "GIL101")]


def test_directories_without_python(project):
    project.write("readme.txt", "x")
    for target in ([], ["."], [project.path]):
        done = project.run("check", *target)
        assert done.returncode == 0
        assert "no Python files found" in done.stderr
    assert project.check()["coverage"]["files_found"] == 0
    (project.path / "empty").mkdir()
    assert project.run("check", "empty").returncode == 0


def test_paths_that_do_not_exist(project):
    for target in ("nowhere", "nowhere/app.py", "", "a\nb", "x" * 300, "\x1b[31m"):
        done = project.run("check", target)
        assert done.returncode == 2
        assert done.stderr.startswith("error: ")
        assert "\x1b" not in done.stderr


def test_odd_file_names(project):
    for name in (b"caf\xc3\xa9.py", b"\xff\xfe.py", b"new\nline.py", b"esc\x1b[31m.py", b"a b.py",
                 b"-x.py", b"%s.py", b"'\".py"):
        with open(os.path.join(os.fsencode(project.path), name), "w") as file:
            file.write(RACY)
    report = project.check()
    assert len(report["findings"]) == 8
    for output_format in ("full", "concise", "sarif", "github"):
        done = project.run("check", "--output-format", output_format)
        assert done.returncode == 1
        assert "\x1b" not in done.stdout
    assert project.findings("./-x.py") == [("-x.py", RACY_LINE, "GIL101")]
    assert project.findings("--", "-x.py") == [("-x.py", RACY_LINE, "GIL101")]


def test_a_very_deep_directory(project):
    depth = 60
    project.write("/".join(["d" * 30] * depth) + "/app.py", RACY)
    ((path, line, rule),) = project.findings()
    assert path.count("/") == depth
    assert (line, rule) == (RACY_LINE, "GIL101")


# ---------------------------------------------------------------------------- programs


def test_cyclic_imports(project):
    project.write("a.py", "import b\nfrom b import *\nfrom b import work as again\nx = b.y\n")
    project.write("b.py", "import a\nfrom a import *\nfrom a import again as work\ny = a.x\n")
    project.write("self.py", "import self\nfrom self import *\nfrom self import z as z\n")
    project.write("pkg/__init__.py", "from . import one\nfrom .one import *\n")
    project.write("pkg/one.py", "from . import two\nfrom .two import *\nfrom . import *\n")
    project.write("pkg/two.py", "from . import one\nfrom .one import *\nfrom .. import pkg\n")
    project.write("app.py", RACY)
    assert project.findings() == [FINDING]


def test_cyclic_inheritance(project):
    project.write("a.py", "from b import B\nclass A(B):\n    def f(self): return super().f()\n")
    project.write("b.py", "from a import A\nclass B(A):\n    def f(self): return super().f()\n"
                          "class C(C): pass\n")
    project.write("app.py", RACY)
    assert project.findings() == [FINDING]


def test_two_modules_of_one_name(project):
    project.write("one/main.py", RACY)
    project.write("two/main.py", RACY)
    project.write("two-b/main.py", RACY)
    project.write("three-b/main.py", RACY)
    assert len(project.findings()) == 4


# ---------------------------------------------------------------------------- cache


def packs(project):
    return sorted((project.path / ".gilcheck_cache").glob("pack-*.bin"))


def test_a_damaged_cache_is_only_a_miss(project):
    project.write("app.py", RACY)
    project.write("lib.py", CLEAN)
    expected = project.findings()
    (pack,) = packs(project)
    whole = pack.read_bytes()
    chance = random.Random(2)
    damages = [b"", b"\0" * len(whole), whole[: len(whole) // 2], whole + b"x", whole[::-1],
               chance.randbytes(len(whole)), b"gilcheck pack 1\n" + b"\xff" * 100]
    for _ in range(30):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        damages.append(bytes(damaged))
    for number, damaged in enumerate(damages):
        pack.write_bytes(damaged)
        # The second file changes, so that the first one's summary is really needed.
        project.write("lib.py", CLEAN + f"# {number}\n")
        assert project.findings() == expected
        assert project.findings() == expected


@pytest.mark.parametrize("what", ["file", "directory", "dangling"])
def test_a_cache_that_cannot_be_written_is_said_once(project, what):
    project.write("app.py", RACY)
    cache = project.path / ".gilcheck_cache"
    if what == "file":
        cache.write_text("in the way")
    elif what == "dangling":
        cache.symlink_to("/proc/nowhere")
    else:
        project.check()
        (pack,) = packs(project)
        pack.unlink()
        pack.mkdir()
        (pack / "x").write_text("in the way")
    report = project.check()
    assert [f["path"] for f in report["findings"]] == ["app.py"]
    assert [item["code"] for item in report["diagnostics"]] == ["cache-unwritable"]


def test_many_runs_on_one_cache_at_once(project):
    for number in range(40):
        project.write(f"m{number}.py", RACY + f"# {number}\n")
    expected = project.findings("--no-cache")
    failures = []

    def run(worker):
        for turn in range(6):
            # Every worker keeps changing a file of its own, so that all of them keep writing.
            project.write(f"own{worker}/x.py", f"# {turn}\n" + RACY)
            found = project.findings(*(f"m{number}.py" for number in range(40)), f"own{worker}")
            if found[:40] != expected or len(found) != 41:
                failures.append((worker, turn, found))

    threads = [threading.Thread(target=run, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    leftovers = list((project.path / ".gilcheck_cache").glob("*.tmp"))
    assert leftovers == []


def test_a_run_that_is_killed_leaves_a_usable_cache(project):
    for number in range(60):
        project.write(f"m{number}.py", RACY * 20)
    expected = project.check("--no-cache")["findings"]
    for delay in (0.005, 0.01, 0.02, 0.04, 0.08):
        process = subprocess.Popen([BINARY, "check", "-q"], cwd=project.path,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert project.check()["findings"] == expected
