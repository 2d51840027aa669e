"""The output formats, from outside: valid by their schemas, and all telling the same findings.

The labelled programs are the input, and a few files whose names and text are hard to print. The
binary is $GILCHECK, or build/gilcheck.
"""

import collections
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import urllib.parse

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GILCHECK", ROOT / "build" / "gilcheck")).absolute()
FINDINGS_SCHEMA = ROOT / "docs" / "schema" / "findings.schema.json"
SARIF_LOCK = ROOT / "third_party" / "sarif-schema.lock"
SARIF_MEMBER = "sarif_om-1.0.4/sarif-2.1.0-rtm.4.json"
FORMATS = ["full", "concise", "json", "sarif", "github"]

# One worker makes each run once for all the tests here.
pytestmark = pytest.mark.xdist_group("output-formats")


def run(directory, *arguments, color="never"):
    process = subprocess.run(
        [BINARY, "check", "--isolated", "--no-cache", "--color", color, *arguments],
        cwd=directory, capture_output=True, timeout=300)
    assert process.returncode in (0, 1), process.stderr.decode("utf-8", "replace")
    return process.stdout


@functools.cache
def corpus(output_format, assume):
    return run(ROOT, "--confidence", "low", "--assume", assume, "--output-format", output_format,
               "corpus/python").decode("utf-8")


def errors_of(validator, document):
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)]


# ------------------------------------------------------------------------------------ schemas


@functools.cache
def findings_validator():
    schema = json.loads(FINDINGS_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def sarif_archive():
    """The pinned source distribution, from the cache or else from the registry."""
    digest = re.search(r"sha256:([0-9a-f]{64})", SARIF_LOCK.read_text(encoding="utf-8"))[1]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    cache = cache / "gilcheck" / "sdists"
    archive = cache / (SARIF_MEMBER.split("/")[0] + ".tar.gz")

    def good():
        return archive.exists() and hashlib.sha256(archive.read_bytes()).hexdigest() == digest

    if not good():
        cache.mkdir(parents=True, exist_ok=True)
        process = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
             "--no-build-isolation", "--require-hashes", "-r", SARIF_LOCK, "--dest", cache],
            capture_output=True, text=True)
        if not good():
            pytest.skip("no official SARIF schema: " + process.stderr.strip()[-300:])
    return archive


@functools.cache
def sarif_validator():
    with tarfile.open(sarif_archive()) as archive:
        schema = json.load(archive.extractfile(SARIF_MEMBER))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def test_the_findings_schema_is_strict():
    def objects(node):
        if isinstance(node, dict):
            if "properties" in node:
                yield node
            for value in node.values():
                yield from objects(value)
        elif isinstance(node, list):
            for value in node:
                yield from objects(value)

    schema = json.loads(FINDINGS_SCHEMA.read_text(encoding="utf-8"))
    found = list(objects(schema))
    assert len(found) >= 7
    for node in found:
        assert node["additionalProperties"] is False
        assert sorted(node["required"]) == sorted(node["properties"])


def test_the_validators_see_an_error():
    assert errors_of(findings_validator(), {"version": "1", "findings": []})
    assert errors_of(sarif_validator(), {"version": "2.1.0", "runs": [{}]})


@pytest.mark.parametrize("assume", ["auto", "threaded"])
def test_json_of_the_corpus_is_valid(assume):
    document = json.loads(corpus("json", assume))
    assert len(document["findings"]) > 100
    assert errors_of(findings_validator(), document) == []


@pytest.mark.parametrize("assume", ["auto", "threaded"])
def test_sarif_of_the_corpus_is_valid(assume):
    document = json.loads(corpus("sarif", assume))
    assert len(document["runs"][0]["results"]) > 100
    assert errors_of(sarif_validator(), document) == []


# -------------------------------------------------------------------- the same in every format


def told_by_json(text):
    return [(f["path"], f["line"], f["rule"]) for f in json.loads(text)["findings"]
            if not f["suppressed"]]


def told_by_sarif(text):
    found = []
    for result in json.loads(text)["runs"][0]["results"]:
        if result["suppressions"]:
            continue
        place = result["locations"][0]["physicalLocation"]
        found.append((urllib.parse.unquote(place["artifactLocation"]["uri"]),
                      place["region"]["startLine"], result["ruleId"]))
    return found


def told_by_lines(text):
    """Both text formats: a finding begins with its place in the first column."""
    return [(path, int(line), rule)
            for path, line, rule in re.findall(r"^(\S.*?):(\d+):\d+: (GIL\d{3}) ", text, re.MULTILINE)]


def unescape(text):
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def told_by_github(text):
    found = []
    for line in text.splitlines():
        command = re.fullmatch(r"::(notice|warning|error) ([^:]*)::(.*)", line)
        assert command, line
        properties = dict(item.split("=", 1) for item in command[2].split(","))
        rule = re.fullmatch(r"gilcheck \((.*)\)", properties["title"])[1]
        if rule.startswith("GIL"):
            found.append((unescape(properties["file"]), int(properties["line"]), rule))
    return found


TOLD = {"full": told_by_lines, "concise": told_by_lines, "json": told_by_json,
        "sarif": told_by_sarif, "github": told_by_github}


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("assume", ["auto", "threaded"])
def test_every_format_tells_the_same_findings(output_format, assume):
    expected = collections.Counter(told_by_json(corpus("json", assume)))
    assert collections.Counter(TOLD[output_format](corpus(output_format, assume))) == expected


# ------------------------------------------------------------------------------ what is told


@functools.cache
def lines_of(path):
    return (ROOT / path).read_text(encoding="utf-8").split("\n")


def sites(finding):
    yield finding
    yield from finding["region"]
    yield from finding["conflicts"]
    yield from (item for item in finding["evidence"] if item["path"] is not None)
    if finding["switch_point"]:
        yield finding["switch_point"]


def test_every_position_lies_in_its_file():
    for finding in json.loads(corpus("json", "threaded"))["findings"]:
        for site in sites(finding):
            lines = lines_of(site["path"])
            assert 1 <= site["line"] <= site["end_line"] <= len(lines), site
            assert 1 <= site["column"] <= len(lines[site["line"] - 1]) + 1, site
            assert 1 <= site["end_column"] <= len(lines[site["end_line"] - 1]) + 1, site
            assert (site["line"], site["column"]) <= (site["end_line"], site["end_column"]), site


def test_findings_are_sorted_and_their_fingerprints_unique():
    findings = json.loads(corpus("json", "threaded"))["findings"]
    order = [(f["path"], f["line"], f["column"]) for f in findings]
    assert order == sorted(order)
    fingerprints = collections.Counter(f["fingerprint"] for f in findings)
    assert [item for item in fingerprints.items() if item[1] > 1] == []


def test_sarif_keeps_to_what_code_scanning_takes():
    run_object = json.loads(corpus("sarif", "threaded"))["runs"][0]
    rules = [rule["id"] for rule in run_object["tool"]["driver"]["rules"]]
    assert rules == sorted(rules)
    seen = collections.Counter()
    for result in run_object["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert not urllib.parse.urlsplit(uri).scheme and not uri.startswith("/")
        assert (ROOT / urllib.parse.unquote(uri)).is_file()
        assert place["region"]["startLine"] >= 1 and place["region"]["startColumn"] >= 1
        prints = result["partialFingerprints"]
        seen[result["ruleId"], uri, prints["primaryLocationLineHash"]] += 1
        flows = result["codeFlows"][0]["threadFlows"]
        assert len(flows) == 2
        order = [step["executionOrder"] for flow in flows for step in flow["locations"]]
        assert sorted(order) == list(range(1, len(order) + 1))
    assert max(seen.values()) == 1


def test_sarif_and_json_agree_on_the_verdict():
    def verdicts(items):
        return sorted((i["class"] or "", i["confidence"], i["status"], i["location"]["name"])
                      for i in items)

    results = json.loads(corpus("sarif", "threaded"))["runs"][0]["results"]
    findings = json.loads(corpus("json", "threaded"))["findings"]
    assert verdicts(r["properties"] for r in results) == verdicts(findings)


def test_full_output_shows_the_marked_line_of_every_finding():
    cards = corpus("full", "threaded").split("\n\n")
    for card in cards:
        header = re.match(r"(\S.*?):(\d+):\d+: GIL\d{3} ", card)
        if not header:
            continue
        shown = re.search(rf"^ *{header[2]} \|(?: [|/ ]+)? ?(.*)$", card, re.MULTILINE)
        assert shown, card
        source = lines_of(header[1])[int(header[2]) - 1].strip()
        assert source[:40].strip() in shown[0], card
        assert "\n   status     " in card


# --------------------------------------------------------------------------------- odd input

RACY = """\
import threading

total = 0


def work():
    global total
    total = step(total)


def step(n):
    return n + 1


for _ in range(4):
    threading.Thread(target=work).start()
"""


@pytest.fixture(scope="module")
def odd_project(tmp_path_factory):
    root = tmp_path_factory.mktemp("odd")
    names = ["50% of a,b:c #1.py", "\u952e \U0001f642.py", "say \x1b[31m red.py", "back\\slash.py"]
    for name in names:
        (root / name).write_text("# \u952e\U0001f642 \x0c\n" + RACY, encoding="utf-8")
    (root / "tabs.py").write_text(RACY.replace("    ", "\t"), encoding="utf-8")
    (root / "returns.py").write_bytes(RACY.replace("\n", "\r\n").encode())
    (root / "broken.py").write_text(RACY + "def (:\n", encoding="utf-8")
    (root / "empty.py").write_text("", encoding="utf-8")
    (root / "quiet.py").write_text(
        RACY.replace("step(total)\n", "step(total)  # gilcheck: ignore[GIL101] known\n"),
        encoding="utf-8")
    try:
        pathlib.Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.py")).write_text(RACY)
    except OSError:
        pass  # this file system takes UTF-8 names only
    return root


@pytest.mark.parametrize("output_format", FORMATS)
def test_odd_names_and_text_come_through(odd_project, output_format):
    text = run(odd_project, "--output-format", output_format, ".").decode("utf-8")
    found = {path for path, _, rule in TOLD[output_format](text) if rule == "GIL101"}
    plain = {"tabs.py", "returns.py", "50% of a,b:c #1.py", "\u952e \U0001f642.py"}
    assert plain <= found
    assert "quiet.py" not in found
    if output_format in ("full", "concise"):
        assert "\x1b" not in text


def test_odd_documents_are_valid(odd_project):
    document = json.loads(run(odd_project, "--output-format", "json", "."))
    assert errors_of(findings_validator(), document) == []
    quiet = [f for f in document["findings"] if f["path"] == "quiet.py"]
    assert [(f["suppressed"], f["suppression_reason"]) for f in quiet] == [(True, "known")]

    sarif = json.loads(run(odd_project, "--output-format", "sarif", "."))
    assert errors_of(sarif_validator(), sarif) == []
    uris = {urllib.parse.unquote_to_bytes(
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for r in sarif["runs"][0]["results"]}
    for uri in uris:
        assert os.path.exists(os.path.join(os.fsencode(odd_project), uri)), uri
    suppressed = [r for r in sarif["runs"][0]["results"] if r["suppressions"]]
    assert [r["suppressions"] for r in suppressed] == [
        [{"kind": "inSource", "justification": "known"}]]
    notes = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert any("broken.py" in json.dumps(note) for note in notes)


def test_colour_is_the_only_difference(odd_project):
    plain = run(odd_project, ".").decode("utf-8")
    coloured = run(odd_project, ".", color="always").decode("utf-8")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_file_gets_what_the_terminal_gets(odd_project, tmp_path, output_format):
    target = tmp_path / "report"
    shown = run(odd_project, "--output-format", output_format, ".")
    assert run(odd_project, "--output-format", output_format, "-o", target, ".") == b""
    assert target.read_bytes() == shown


def test_nothing_to_report_names_what_was_covered(tmp_path):
    (tmp_path / "calm.py").write_text("n = 0\n\n\ndef add():\n    global n\n    n += 1\n")
    text = run(tmp_path, ".").decode("utf-8")
    assert text.startswith("No findings in 1 file\n")
    assert "Covered: " in text and "--assume threaded" in text
    document = json.loads(run(tmp_path, "--output-format", "json", "."))
    assert document["findings"] == [] and document["coverage"]["files_analysed"] == 1
    sarif = json.loads(run(tmp_path, "--output-format", "sarif", "."))
    assert sarif["runs"][0]["results"] == []
    assert run(tmp_path, "--output-format", "github", ".") == b""


def test_statistics_give_the_denominators():
    text = run(ROOT, "--statistics", "corpus/python").decode("utf-8")
    coverage = json.loads(run(ROOT, "--output-format", "json", "corpus/python"))["coverage"]
    for row, seen, covered in (("files found, analysed", "files_found", "files_analysed"),
                               ("calls, resolved", "calls_seen", "calls_resolved"),
                               ("accesses, resolved", "accesses_seen", "accesses_resolved")):
        numbers = re.search(rf"^  {row} +(\d+) +(\d+) +\S+ %$", text, re.MULTILINE)
        assert numbers, text
        assert (int(numbers[1]), int(numbers[2])) == (coverage[seen], coverage[covered])


def test_the_width_tables_are_what_their_script_writes():
    script = ROOT / "report" / "make_width_tables.py"
    process = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    tables = (ROOT / "report" / "width_tables.inc").read_text(encoding="utf-8")
    if process.stdout.split(";")[0] != tables.split(";")[0]:
        pytest.skip("this interpreter knows another version of Unicode")
    assert process.stdout == tables
