"""The output formats of `gilcheck run`: valid by their schemas, and all telling the same races."""

import json
import subprocess

import jsonschema
import pytest

import interpreters
from conftest import BINARY, ROOT
from test_output_formats import errors_of, sarif_validator

CORPUS = ROOT / "corpus" / "python"
SCHEMA = ROOT / "docs" / "schema" / "races.schema.json"
# Locks of two kinds, an iterator, a pair, a walk in a generator, another process.
PROGRAMS = ["locks/semaphore_bad.py", "iterator/order_number_bad.py", "torn_update/price_band_bad.py",
            "iteration/gauge_export_bad.py", "inconsistent_guard/log_buffer_bad.py",
            "double_checked/connection_bad.py", "read_modify_write/volume_property_bad.py"]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    python = str(interpreters.managed("3.13t"))
    folder = tmp_path_factory.mktemp("formats")
    texts = {}
    for form in ("json", "sarif", "github"):
        output = folder / form
        done = subprocess.run(
            [BINARY, "run", "--python", python, "--output-format", form, "--output-file", output, "--", "python",
             ROOT / "tests" / "python" / "drive_corpus.py", *[CORPUS / name for name in PROGRAMS]],
            cwd=CORPUS, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        assert done.returncode == 66, done.stderr
        texts[form] = output.read_text()
    return texts


def test_the_schema_allows_what_is_written(answers):
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    answer = json.loads(answers["json"])
    assert errors_of(jsonschema.Draft202012Validator(schema), answer) == []
    assert len({report["pattern"] for report in answer["reports"]}) >= 4
    answer["reports"][0]["surprise"] = 1
    assert errors_of(jsonschema.Draft202012Validator(schema), answer)


def test_sarif_is_valid_and_shows_both_sides(answers):
    document = json.loads(answers["sarif"])
    assert errors_of(sarif_validator(), document) == []
    (run,) = document["runs"]
    assert {result["ruleId"] for result in run["results"]} >= {"GIL101", "GIL104", "GIL106", "GIL203"}
    for result in run["results"]:
        assert result["properties"]["status"] == "predicted"
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        flows = result["codeFlows"][0]["threadFlows"]
        assert len(flows) == 2 and all(flow["locations"] for flow in flows)
    fingerprints = [result["partialFingerprints"]["gilcheck/v1"] for result in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


def test_annotations_stand_where_the_races_are(answers):
    places = {line.split("file=")[1].split(",")[0] for line in answers["github"].splitlines()
              if line.startswith("::error")}
    assert places >= {"locks/semaphore_bad.py", "torn_update/price_band_bad.py"}
