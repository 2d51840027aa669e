"""The command line from outside: flags, exit statuses, configuration, output, cache."""

import json
import os
import pty
import random
import re
import shutil
import subprocess
import sysconfig
import time

import jsonschema
import pytest

from conftest import BINARY, CLEAN, RACY, RACY_LINE, ROOT

FINDING = ("app.py", RACY_LINE, "GIL101")


# ---------------------------------------------------------------------------- exit status


def test_exit_status_0_when_there_is_nothing_to_report(project):
    project.write("app.py", CLEAN)
    assert project.run("check").returncode == 0


def test_exit_status_1_when_there_are_findings(racy):
    assert racy.findings() == [FINDING]
    assert racy.run("check", ".").returncode == 1
    assert racy.run("check", "--exit-zero", ".").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere.py"],
        ["check", "--selct", "GIL101"],
        ["check", "--select", "GIL999"],
        ["check", "--confidence", "certain"],
        ["check", "--assume", "nothing"],
        ["check", "--output-format", "xml"],
        ["check", "--python-version", "2.7"],
        ["check", "--color", "sometimes"],
        ["check", "-j", "many"],
        ["check", "-j", "-1"],
        ["check", "--config"],
        ["check", "--config", "nowhere.toml"],
        ["check", "--config", "nonsense=1"],
        ["check", "--config", ""],
        ["check", "--config", "select=GIL1"],
        ["check", "--root", "nowhere"],
        ["check", "-", "app.py"],
        ["check", "--stdin-filename", "app.py"],
        ["check", "--stdin-filename", "app.py", "app.py"],
        ["chekc"],
        ["debug"],
        ["debug", "sintax", "app.py"],
        ["debug", "syntax"],
        ["rule"],
        ["rule", "GIL999"],
        ["config", "nonsense"],
        [],
    ],
)
def test_exit_status_2_and_advice_for_wrong_usage(racy, arguments):
    done = racy.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["chekc", "."], "gilcheck check"),
        (["check", "--selct", "GIL1"], "--select"),
        (["check", "--outptu-format=json"], "--output-format"),
        (["debug", "sumary", "x.py"], "gilcheck debug summary"),
        (["app.py"], "gilcheck check app.py"),
        (["check", "--assume", "thread"], "threaded"),
        (["check", "--select", "GIL1O1"], "GIL101"),
        (["rule", "check-then-at"], "check-then-act"),
        (["config", "per-file-ignore"], "per-file-ignores"),
        (["check", "--config", "confidense=high"], "confidence"),
    ],
)
def test_a_slip_of_the_keyboard_is_recognised(racy, arguments, meant):
    done = racy.run(*arguments)
    assert done.returncode == 2
    assert meant in done.stderr


def test_a_missing_path_stops_the_run_before_anything_is_analysed(racy):
    done = racy.run("check", "app.py", "nowhere.py")
    assert done.returncode == 2
    assert "'nowhere.py' does not exist" in done.stderr
    assert done.stdout == ""


# ---------------------------------------------------------------------------- help


@pytest.mark.parametrize(
    "arguments",
    [[], ["check"], ["rule"], ["config"], ["debug"], ["debug", "locks"], ["clean"], ["version"]],
)
def test_help_is_there_and_fits_the_page(project, arguments):
    done = project.run(*arguments, "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Usage: gilcheck" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 102
    assert project.run("help", *arguments).stdout == done.stdout


def test_help_teaches_by_examples(project):
    for command in ("check", "rule", "config", "debug", "clean"):
        assert "Example" in project.run(command, "--help").stdout


def test_version(project):
    expected = re.search(
        r"project\(gilcheck VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()
    )[1]
    for arguments in (["version"], ["--version"], ["-V"]):
        assert project.run(*arguments).stdout == f"gilcheck {expected}\n"


# ---------------------------------------------------------------------------- selection


def test_select_ignore_and_extend_select(racy):
    assert racy.findings("--select", "GIL2") == []
    assert racy.findings("--select", "GIL1") == [FINDING]
    assert racy.findings("--select", "GIL2", "--extend-select", "GIL101") == [FINDING]
    assert racy.findings("--ignore", "unlocked-read-modify-write") == []
    assert racy.findings("--select", "GIL101,GIL102", "--ignore", "GIL1") == [FINDING]


def test_a_path_after_a_list_flag_is_a_path(racy):
    assert racy.findings("--select", "GIL101", "app.py") == [FINDING]


def test_select_on_the_command_line_replaces_the_files_selection(racy):
    racy.write("gilcheck.toml", 'ignore = ["GIL101"]\n')
    assert racy.findings() == []
    assert racy.findings("--select", "GIL101") == [FINDING]
    assert racy.findings("--isolated") == [FINDING]


def test_per_file_ignores(racy):
    racy.write("tests/test_app.py", RACY)
    racy.write("gilcheck.toml", '[per-file-ignores]\n"tests/" = ["ALL"]\n')
    assert racy.findings() == [FINDING]


def test_confidence_counts_what_it_hides(racy):
    racy.write("lib.py", "cache = None\n\ndef get():\n    global cache\n    if cache is None:\n"
                         "        cache = object()\n    return cache\n")
    everything = racy.check("--confidence", "low", "--assume", "threaded")["findings"]
    high = racy.check("--confidence", "high", "--assume", "threaded")["findings"]
    assert [f for f in everything if f["confidence"] == "high"] == high
    assert {f["confidence"] for f in high} <= {"high"}


def test_assume_single_believes_only_visible_threads(project):
    project.write("lib.py", "hits = 0\n\ndef hit():\n    global hits\n    hits += 1\n")
    assert project.findings("--assume", "single") == []
    assert project.findings("--assume", "threaded") == [("lib.py", 5, "GIL101")]


def test_a_silent_zero_explains_itself(project):
    project.write("lib.py", "hits = 0\n\ndef hit():\n    global hits\n    hits += 1\n")
    done = project.run("check")
    assert done.returncode == 0
    assert "--assume threaded" in done.stdout


# ---------------------------------------------------------------------------- suppression


def test_a_trailing_comment_silences_its_line(project):
    project.write("app.py", RACY.replace("+= 1", "+= 1  # gilcheck: ignore[GIL101] rough count"))
    report = project.check()
    (finding,) = report["findings"]
    assert finding["suppressed"]
    assert report["diagnostics"] == []


def test_a_comment_of_its_own_silences_the_next_statement(project):
    project.write("app.py", RACY.replace(
        "        counter", "        # gilcheck: ignore[GIL101]\n\n        counter"))
    assert project.findings() == []


def test_a_file_comment_silences_the_file(project):
    project.write("app.py", "# gilcheck: file-ignore[GIL101] a demonstration\n" + RACY)
    assert project.findings() == []


def test_another_rules_comment_silences_nothing_and_is_unused(project):
    project.write("app.py", RACY.replace("+= 1", "+= 1  # gilcheck: ignore[GIL105]"))
    assert project.findings() == [FINDING]
    assert project.diagnostics() == [("app.py", "unused-suppression")]


def test_comments_that_cannot_work_are_reported(project):
    project.write("a.py", "x = 1  # gilcheck: ignore\n")
    project.write("b.py", "x = 1  # gilcheck: ignore[GIL1O1]\n")
    project.write("c.py", "x = 1  # gilcheck: ignroe[GIL101]\n")
    project.write("d.py", "x = '# gilcheck: ignore'\n# gilcheck ignores this\n")
    project.write("e.py", "x = 1  # gilcheck ignore[GIL101] why\n")
    assert project.diagnostics() == [
        ("a.py", "malformed-suppression"),
        ("b.py", "unknown-rule"),
        ("c.py", "malformed-suppression"),
        ("e.py", "malformed-suppression"),
    ]
    assert "write gilcheck: ignore[GIL101]" in project.run("check", "e.py").stderr


def test_warnings_go_to_standard_error_and_quiet_leaves_findings_only(project):
    project.write("app.py", "# gilcheck: file-ignore[GIL105]\n" + RACY)
    loud = project.run("check", "--output-format", "concise")
    assert "unused-suppression" in loud.stderr
    assert "unused-suppression" not in loud.stdout
    quiet = project.run("check", "--output-format", "concise", "-q")
    assert quiet.stderr == ""
    assert len(quiet.stdout.splitlines()) == 1
    assert quiet.returncode == 1


# ---------------------------------------------------------------------------- files


def listed(project, *arguments, **options):
    done = project.run("check", "--show-files", *arguments, **options)
    assert done.returncode == 0
    return done.stdout.splitlines()


def test_show_files(project):
    for name in ("b.py", "a/c.py", "node_modules/x.py", ".venv/y.py", "env/pyvenv.cfg", "env/z.py"):
        project.write(name)
    assert listed(project) == ["a/c.py", "b.py"]
    assert listed(project, "--exclude", "a") == [".venv/y.py", "b.py", "node_modules/x.py"]
    assert listed(project, "--extend-exclude", "/a,b.*") == []
    assert listed(project, "env/z.py", "node_modules") == ["env/z.py", "node_modules/x.py"]


def test_exclude_patterns_of_the_command_line_are_relative_to_where_one_stands(project):
    project.write("gilcheck.toml", 'extend-exclude = ["/gen/"]\n')
    for name in ("gen/a.py", "sub/gen/b.py", "sub/c.py"):
        project.write(name)
    assert listed(project, "..", cwd=project.path / "sub") == ["c.py", "gen/b.py"]
    assert listed(project, "--extend-exclude", "/gen", "..", cwd=project.path / "sub") == ["c.py"]


def test_force_exclude_applies_to_named_files(project):
    project.write("gen/a.py")
    project.write("gilcheck.toml", 'extend-exclude = ["gen/"]\n')
    assert listed(project, "gen/a.py") == ["gen/a.py"]
    assert listed(project, "--force-exclude", "gen/a.py") == []


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("seed", range(8))
def test_ignore_files_mean_what_they_mean_to_git(project, seed):
    """Random trees and patterns, compared with git itself."""
    chance = random.Random(seed)
    parts = ["a", "b", "ab", "x.y", "lib"]
    for _ in range(60):
        depth = chance.randint(0, 3)
        folders = [chance.choice(parts) for _ in range(depth)]
        project.write("/".join([*folders, chance.choice(parts) + ".py"]))

    def pattern():
        pieces = [chance.choice([*parts, "*", "a*", "?", "[ab]", "**", "*.py", "!(x)"])
                  for _ in range(chance.randint(1, 3))]
        text = "/".join(pieces)
        text = chance.choice(["", "", "/", "!"]) + text
        return text + chance.choice(["", "", "/", ".py", "/**"])

    folders = [project.path, *(p for p in project.path.rglob("*") if p.is_dir())]
    for folder in chance.sample(folders, min(4, len(folders))):
        (folder / ".gitignore").write_text("".join(pattern() + "\n" for _ in range(4)))
    subprocess.run(["git", "init", "-q", project.path], check=True)
    wanted = subprocess.run(
        ["git", "-c", "core.excludesFile=", "ls-files", "-o", "--exclude-standard"],
        cwd=project.path, capture_output=True, text=True, check=True).stdout.split()
    assert listed(project, "--exclude", ".git") == sorted(
        name for name in wanted if name.endswith(".py"))


# ---------------------------------------------------------------------------- standard input


def test_standard_input(project):
    done = project.run("check", "-", "--stdin-filename", "pkg/app.py", "--output-format", "json",
                       input=RACY.encode())
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["path"] == "pkg/app.py"
    shown = project.run("check", "-", input=RACY.encode())
    assert "stdin.py:9:" in shown.stdout
    assert "counter += 1" in shown.stdout
    assert not (project.path / ".gilcheck_cache").exists()


def test_standard_input_respects_force_exclude(project):
    arguments = ["check", "-", "--stdin-filename", "gen/app.py", "--extend-exclude", "gen/"]
    assert project.run(*arguments, input=RACY.encode()).returncode == 1
    assert project.run(*arguments, "--force-exclude", input=RACY.encode()).returncode == 0


# ---------------------------------------------------------------------------- output


@pytest.mark.parametrize("output_format", ["full", "concise", "json", "sarif", "github"])
def test_every_format_names_the_finding(racy, output_format):
    done = racy.run("check", "--output-format", output_format)
    assert done.returncode == 1
    assert "app.py" in done.stdout
    assert "GIL101" in done.stdout
    assert done.stderr == ""


def test_the_environment_chooses_a_format_and_the_flag_wins(racy):
    racy.write("gilcheck.toml", 'output-format = "github"\n')
    assert racy.run("check").stdout.startswith("::")
    env = {"GILCHECK_OUTPUT_FORMAT": "json"}
    json.loads(racy.run("check", env=env).stdout)
    assert racy.run("check", "--output-format", "github", env=env).stdout.startswith("::")
    assert racy.run("check", env={"GILCHECK_OUTPUT_FORMAT": "jason"}).returncode == 2


def test_output_file(racy):
    done = racy.run("check", "--output-format", "sarif", "-o", "out.sarif")
    assert done.returncode == 1
    assert done.stdout == ""
    json.loads((racy.path / "out.sarif").read_text())
    assert racy.run("check", "-o", "no/such/folder/out").returncode == 2


def test_statistics_count_and_tell_the_denominators(racy):
    done = racy.run("check", "--statistics")
    assert done.returncode == 1
    assert re.search(r"GIL101.*\b1\b", done.stdout)
    assert "functions" in done.stdout
    assert "app.py" not in done.stdout


def test_colour(racy):
    assert "\x1b[" in racy.run("check", "--color", "always").stdout
    assert "\x1b[" not in racy.run("check").stdout
    assert "\x1b[" in racy.run("check", env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[" not in racy.run("check", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert "\x1b[" not in racy.run("check", "--color", "never", env={"FORCE_COLOR": "1"}).stdout


def on_terminal(project, *arguments, env=None):
    """What a run writes when its output is a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [BINARY, *map(str, arguments)], cwd=project.path, stdin=subprocess.DEVNULL, stdout=slave,
        stderr=slave, env={**project.environment, "TERM": "xterm", **(env or {})})
    os.close(slave)
    output = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    os.close(master)
    process.wait(timeout=60)
    return output.decode()


def test_a_terminal_gets_colour_unless_it_is_dumb(racy):
    assert "\x1b[" in on_terminal(racy, "check")
    assert "\x1b[" not in on_terminal(racy, "check", env={"TERM": "dumb"})
    assert "\x1b[" not in on_terminal(racy, "check", env={"NO_COLOR": "1"})


def test_columns_sets_the_width_of_a_terminal_and_of_nothing_else(racy):
    # The first line of a finding stays whole, so that editors find the place.
    wide = racy.run("check").stdout.splitlines()[1:]
    assert max(map(len, wide)) > 60
    narrow = on_terminal(racy, "check", "--color", "never", env={"COLUMNS": "60"}).splitlines()[1:]
    assert max(map(len, narrow)) <= 60
    for columns in ("0", "-5", "x"):
        assert on_terminal(racy, "check", "--color", "never",
                           env={"COLUMNS": columns}).splitlines()[1:] == wide
    assert racy.run("check", env={"COLUMNS": "60"}).stdout.splitlines()[1:] == wide


def test_a_short_run_shows_no_progress(racy):
    assert "\r\x1b[K" not in on_terminal(racy, "check")


def test_a_long_run_on_a_terminal_shows_how_far_it_is(project):
    method = "    def m{0}(self, b):\n        if self in b:\n            return b[self] + {0}\n\n"
    body = "".join(method.format(number) for number in range(100))
    for number in range(6):
        project.write(f"m{number}.py", "".join(f"class C{n}:\n{body}\n" for n in range(300)))
    before = time.monotonic()
    output = on_terminal(project, "check", "--no-cache", "--statistics")
    if time.monotonic() - before > 2:  # else too fast to show anything
        assert re.search(r"reading \d+ of 6 files|analysing 6 files", output)
        assert output.index("\r\x1b[K") < output.index("Coverage")
    assert project.run("check", "--no-cache", "--statistics").stderr == ""


def test_paths_are_shown_where_one_stands_and_named_from_the_root(racy):
    racy.write("gilcheck.toml", "")
    racy.write("sub/inner.py", RACY)
    here = racy.path / "sub"
    shown = racy.run("check", "--output-format", "concise", "..", cwd=here).stdout.splitlines()
    assert shown[0].startswith(f"{racy.path}/app.py:9:")
    assert shown[1].startswith("inner.py:9:")
    assert "counter += 1" in racy.run("check", "..", cwd=here).stdout
    assert [path for path, _, _ in racy.findings("..", cwd=here)] == ["app.py", "sub/inner.py"]


def test_root_can_be_chosen(racy):
    racy.write("a/b/inner.py", RACY)
    paths = [path for path, _, _ in racy.findings("--root", "a", "a/b")]
    assert paths == ["b/inner.py"]


def test_a_closed_pipe_is_no_drama(project):
    for number in range(40):
        project.write(f"m{number}.py", RACY)
    read, write = os.pipe()
    process = subprocess.Popen(
        [BINARY, "check"], cwd=project.path, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    os.close(read)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode in (2, -13)
    assert stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_an_error(racy):
    with open("/dev/full", "wb") as full:
        done = racy.run("check", stdout=full)
    assert done.returncode == 2
    assert "cannot write standard output" in done.stderr


def test_output_does_not_depend_on_the_number_of_jobs(project):
    for number in range(30):
        project.write(f"pkg{number % 3}/m{number}.py", RACY + "\n" * number)
    for output_format in ("full", "json", "sarif"):
        outputs = {
            project.run("check", "--no-cache", "--output-format", output_format, "-j", jobs).stdout
            for jobs in (1, 2, 3, 8)
        }
        assert len(outputs) == 1


# ---------------------------------------------------------------------------- configuration


def test_configuration_from_pyproject(racy):
    racy.write("pyproject.toml", '[project]\nname = "x"\n[tool.gilcheck]\nignore = ["GIL101"]\n')
    assert racy.findings() == []
    assert racy.findings("--config", "ignore=[]") == [FINDING]


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ('[tool.gilcheck]\nselekt = ["GIL1"]\n', "pyproject.toml:2", "did you mean 'select'?"),
        ('[tool.gilcheck]\nformat = "json"\n', "pyproject.toml:2", "did you mean 'output-format'?"),
        ('[tool.gilcheck]\n\nassume = "threads"\n', "pyproject.toml:3", "threaded"),
        ("[tool.gilcheck]\nselect = 1\n", "pyproject.toml:2", "list of rule selectors"),
        ("[tool.gilcheck\n", "pyproject.toml:1", "not valid TOML"),
        ("[tool]\ngilcheck = 3\n", "pyproject.toml", "must be a table"),
    ],
)
def test_malformed_configuration_is_explained(racy, text, place, advice):
    racy.write("pyproject.toml", text)
    done = racy.run("check")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {place}:")
    assert advice in done.stderr
    assert racy.run("check", "--isolated").returncode == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[tool.other]\n[tool.gilchek]\nselect = []\n", "pyproject.toml:2: [tool.gilchek]"),
        ("[tool.GIL_check]\nselect = []\n", "pyproject.toml:1: [tool.GIL_check]"),
        ("[gilcheck]\nselect = []\n", "pyproject.toml:1: [gilcheck]"),
    ],
)
def test_a_table_that_is_not_read_is_a_warning(racy, text, place):
    racy.write("pyproject.toml", text)
    done = racy.run("check")
    assert done.returncode == 1
    assert f"warning: {place} is not read; did you mean [tool.gilcheck]?" in done.stderr
    assert place in racy.run("check", "--show-settings").stderr
    assert place in racy.run("debug", "locks", "app.py").stderr
    assert racy.diagnostics() == [(None, "unknown-table")]
    assert racy.run("check", "--quiet").stderr == ""
    assert racy.run("check", "--isolated").stderr == ""


def test_other_tools_tables_are_no_warning(racy):
    racy.write("pyproject.toml", "[tool.gil]\n[tool.ruff]\n[tool.check]\n[project]\nname = 'x'\n")
    assert racy.diagnostics() == []


def test_a_source_directory_that_does_not_exist_is_a_warning(racy):
    racy.write("lib/x.py", "")
    racy.write("pyproject.toml", '[tool.gilcheck]\nsrc = ["lib", "lob"]\n')
    assert "warning: pyproject.toml:2: src: 'lob' is not a directory" in racy.run("check").stderr
    assert racy.diagnostics() == [(None, "missing-directory")]
    assert racy.diagnostics("--config", 'src=["lib"]') == []
    assert "--config: src: 'app.py'" in racy.run("check", "--config", 'src=["app.py"]').stderr


def test_a_section_in_a_file_that_needs_none_is_explained(racy):
    racy.write("gilcheck.toml", '[tool.gilcheck]\nassume = "threaded"\n')
    done = racy.run("check")
    assert done.returncode == 2
    assert "the keys stand at the top level" in done.stderr


def test_show_settings_is_toml_that_can_be_used(racy):
    racy.write("gilcheck.toml", 'assume = "threaded"\n[per-file-ignores]\n"a/" = ["GIL1"]\n')
    done = racy.run("check", "--show-settings", "--confidence", "high")
    assert done.returncode == 0
    assert 'assume = "threaded"' in done.stdout
    assert 'confidence = "high"' in done.stdout
    racy.write("gilcheck.toml", done.stdout)
    again = racy.run("check", "--show-settings")
    assert again.stdout == done.stdout


def test_config_documents_every_key(project):
    keys = [line.split()[0] for line in project.run("config").stdout.split("\n\n")[0].splitlines()]
    assert "per-file-ignores" in keys
    for key in keys:
        text = project.run("config", key).stdout
        assert text.startswith(key)
        assert "Default:" in text
    assert [item["key"] for item in json.loads(
        project.run("config", "--output-format", "json").stdout)] == keys


def test_the_documentation_page_is_what_the_program_says(project):
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert page == project.run("config", "--output-format", "markdown").stdout


def test_the_published_schema_is_what_the_program_says(project):
    text = (ROOT / "docs" / "schema" / "configuration.schema.json").read_text()
    assert text == project.run("config", "--output-format", "schema").stdout
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"assume": "threaded", "max-file-size": 5, "select": ["GIL1"]})
    assert not validator.is_valid({"assume": "threads"})
    assert not validator.is_valid({"selekt": []})


# ---------------------------------------------------------------------------- rules, debug


def test_rule_explains(project):
    text = project.run("rule", "GIL101").stdout
    assert "unlocked-read-modify-write" in text
    assert project.run("rule", "unlocked-read-modify-write").stdout == text
    markdown = project.run("rule", "GIL101", "--output-format", "markdown").stdout
    assert markdown.startswith("# ")
    assert "```" in markdown


def test_rule_all(project):
    codes = [line.split()[0] for line in project.run("rule", "--all").stdout.splitlines()]
    expected = sorted(path.name[:6] for path in (ROOT / "rules").glob("GIL*.md"))
    assert codes == expected
    rules = json.loads(project.run("rule", "--all", "--output-format", "json").stdout)
    assert [rule["code"] for rule in rules] == expected
    for rule in rules:
        assert {"name", "summary", "example", "use_instead", "when_wrong"} <= rule.keys()


@pytest.mark.parametrize(
    ("form", "nothing"),
    [("locks", "no locks\n"), ("threads", "root 0: the main thread\nno shared locations\n")],
)
def test_debug_says_that_there_is_nothing(project, form, nothing):
    project.write("app.py", "x = 1\n")
    assert nothing in project.run("debug", form, "app.py").stdout
    project.write("empty/readme.txt", "")
    done = project.run("debug", form, "empty")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no Python files" in done.stderr


@pytest.mark.parametrize("form", ["syntax", "summary", "callgraph", "threads", "locks"])
def test_debug_prints_each_form(racy, form):
    racy.write("app.py", RACY + "\nlock = threading.Lock()\n\ndef reset():\n    global counter\n"
                                "    with lock:\n        counter = 0\n")
    done = racy.run("debug", form, "app.py")
    assert done.returncode == 0
    assert done.stdout.strip()
    assert done.stdout == racy.run("debug", form, "app.py", "-j", 1, "--no-cache").stdout


# ---------------------------------------------------------------------------- cache


def from_cache(report):
    return report["coverage"]["files_from_cache"]


def test_a_second_run_takes_everything_from_the_cache(racy):
    racy.write("lib.py", CLEAN)
    first = racy.check()
    second = racy.check()
    assert from_cache(first) == 0
    assert from_cache(second) == 2
    assert second["findings"] == first["findings"]
    assert (racy.path / ".gilcheck_cache" / "CACHEDIR.TAG").exists()


def test_a_changed_file_is_analysed_again_and_its_neighbours_are_not(racy):
    racy.write("lib.py", CLEAN)
    racy.check()
    racy.write("app.py", "\n" + RACY)
    report = racy.check()
    assert from_cache(report) == 1
    assert [finding["line"] for finding in report["findings"]] == [RACY_LINE + 1]


def test_a_change_that_keeps_size_and_time_is_seen(racy):
    path = racy.path / "app.py"
    old = time.time() - 1000
    os.utime(path, (old, old))
    assert racy.findings() == [FINDING]
    size = path.stat().st_size
    racy.write("app.py", RACY.replace("+= 1", "=  1"))
    assert path.stat().st_size == size
    os.utime(path, (old, old))
    assert racy.findings() == []


def test_findings_depend_on_other_files_and_so_does_the_cached_answer(project):
    project.write("state.py", "hits = 0\n\ndef hit():\n    global hits\n    hits += 1\n")
    project.write("main.py", "import state\n\nstate.hit()\n")
    assert project.findings() == []
    project.write("main.py", "import threading\nimport state\n\nfor _ in range(4):\n"
                             "    threading.Thread(target=state.hit).start()\n")
    assert project.findings() == [("state.py", 5, "GIL101")]


def test_options_do_not_mix_in_the_cache(project):
    project.write("lib.py", "hits = 0\n\ndef hit():\n    global hits\n    hits += 1\n")
    for _ in range(2):
        assert project.findings("--assume", "threaded") == [("lib.py", 5, "GIL101")]
        assert project.findings("--assume", "single") == []


def test_no_cache_and_cache_dir(racy):
    racy.check("--no-cache")
    assert not (racy.path / ".gilcheck_cache").exists()
    racy.check("--cache-dir", "elsewhere")
    assert (racy.path / "elsewhere" / "CACHEDIR.TAG").exists()
    assert not (racy.path / ".gilcheck_cache").exists()


def test_clean(racy):
    racy.check()
    done = racy.run("clean")
    assert done.returncode == 0
    assert "Removed" in done.stdout
    assert not (racy.path / ".gilcheck_cache").exists()
    assert "no cache" in racy.run("clean").stdout


def test_clean_removes_no_directory_that_is_not_a_cache(racy):
    racy.write("precious/data.txt", "x")
    done = racy.run("clean", "--cache-dir", "precious")
    assert done.returncode == 2
    assert (racy.path / "precious" / "data.txt").exists()


@pytest.mark.parametrize("ignore_file", ["*.log\n", None])
def test_a_directory_of_the_users_never_becomes_a_cache(racy, ignore_file):
    """`--cache-dir .` made git ignore the whole project, and `clean` removed its .gitignore."""
    if ignore_file is not None:
        racy.write(".gitignore", ignore_file)
    before = sorted(entry.name for entry in racy.path.iterdir())
    done = racy.run("check", "--cache-dir", ".", "--output-format", "concise")
    assert done.returncode == 1
    assert "it holds other files, so it is no cache" in done.stderr
    racy.run("clean", "--cache-dir", ".")
    assert sorted(entry.name for entry in racy.path.iterdir()) == before
    if ignore_file is not None:
        assert (racy.path / ".gitignore").read_text() == ignore_file


def test_clean_leaves_what_others_put_beside_the_cache(racy):
    """Into the tagged directory of another tool, or a file of the user's into ours."""
    racy.write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
    racy.write("cache/.gitignore", "# made by hand\n*\n")
    racy.write("cache/pack-list.txt", "x")
    racy.check("--cache-dir", "cache")
    assert list(racy.path.glob("cache/pack-*.bin"))
    assert racy.run("clean", "--cache-dir", "cache").returncode == 0
    assert not list(racy.path.glob("cache/pack-*.bin"))
    assert (racy.path / "cache" / ".gitignore").exists()
    assert (racy.path / "cache" / "pack-list.txt").exists()


def test_a_warm_run_on_settled_files_equals_the_cold_one(project):
    """Files old enough for their time stamps to be trusted: a package of the standard library."""
    package = os.path.join(sysconfig.get_path("stdlib"), "concurrent")
    cold = project.run("check", "--output-format", "json", "--confidence", "low", package)
    warm = project.run("check", "--output-format", "json", "--confidence", "low", package)
    cold, warm = json.loads(cold.stdout), json.loads(warm.stdout)
    assert from_cache(warm) == warm["coverage"]["files_analysed"] > 0
    cold["coverage"]["files_from_cache"] = warm["coverage"]["files_from_cache"]
    assert warm == cold
