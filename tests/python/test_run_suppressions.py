"""Races that are accepted: by a comment, by a file; and what is wrong with such a file."""

import pytest

import interpreters
from test_run import RACE, Project

FILE = """
    [[race]]
    rule = "{rule}"
    location = "Stats.*"
    reason = "for the log only"
"""


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path, str(interpreters.usable("3.13t")))
    made.write("app.py", RACE, "\nrace()\n")
    return made


def run(project, *options, **named):
    return project.run("python", "app.py", options=options, **named)


def marks(project):
    return [report["suppressed"] for report in project.answer["reports"] if "suppressed" in report]


def commented(comment):
    return RACE.replace("self.n += 1", f"self.n += 1  # gilcheck: {comment}")


def test_a_comment_silences_the_race_and_is_kept_with_its_reason(project):
    project.write("app.py", commented("ignore[GIL101] for the log only"), "\nrace()\n")
    done = run(project)
    assert done.returncode == 0, done.stderr
    assert "0 races found, 1 suppressed, 1 process" in done.stderr
    assert marks(project) == [{"by": "comment", "reason": "for the log only"}]
    run(project, output_format="sarif")
    (suppressed,) = [one["suppressions"] for one in project.answer["runs"][0]["results"]]
    assert suppressed == [{"kind": "inSource", "justification": "for the log only"}]
    run(project, output_format="text")
    assert project.text == ""
    run(project, output_format="github")
    assert "Stats.n" not in project.text


@pytest.mark.parametrize("comment", ["ignore[unlocked-read-modify-write] why", "file-ignore[GIL101] why"])
def test_other_comments_that_do(project, comment):
    project.write("app.py", commented(comment), "\nrace()\n")
    assert run(project).returncode == 0


@pytest.mark.parametrize("comment", ["ignore[GIL102] another rule", "ignore[GIL999] none"])
def test_comments_that_do_not(project, comment):
    project.write("app.py", commented(comment), "\nrace()\n")
    done = run(project)
    assert done.returncode == 66
    assert marks(project) == []


def test_a_file_silences_by_rule_and_location(project):
    project.write("accepted.toml", FILE.format(rule="unlocked-read-modify-write"))
    done = run(project, "--suppressions", "accepted.toml")
    assert done.returncode == 0, done.stderr
    assert marks(project) == [{"by": "file", "reason": "for the log only"}]
    assert "no race is suppressed" not in done.stderr
    run(project, "--suppressions", "accepted.toml", output_format="sarif")
    (suppressed,) = [one["suppressions"] for one in project.answer["runs"][0]["results"]]
    assert suppressed == [{"kind": "external", "justification": "for the log only"}]


@pytest.mark.parametrize(("entry", "status"), [
    ('location = "Stats.n"', 0), ('location = "Stats.m"', 66), ('function = "Stats.b*"', 0),
    ('function = "bump"', 66), ('path = "lib/"', 0), ('path = "*.py"', 0), ('path = "lib"\nrule = "GIL102"', 66),
    ('path = "other/"', 66),
])
def test_all_that_is_given_has_to_match(project, entry, status):
    project.write("lib/stats.py", RACE)
    project.write("app.py", "import sys; sys.path.insert(0, 'lib')\nimport stats\nstats.race()\n")
    project.write("accepted.toml", f'[[race]]\n{entry}\nreason = "known"\n')
    done = run(project, "--suppressions", "accepted.toml")
    assert done.returncode == status, done.stderr
    assert ("accepted.toml:1: no race is suppressed by this entry" in done.stderr) == (status == 66)


def test_two_files_and_one_stale_entry(project):
    project.write("one.toml", FILE.format(rule="GIL101"))
    project.write("two.toml", FILE.format(rule="GIL105"))
    done = run(project, "--suppressions", "one.toml", "--suppressions", "two.toml")
    assert done.returncode == 0
    assert "two.toml:2: no race is suppressed" in done.stderr and "one.toml" not in done.stderr


@pytest.mark.parametrize(("text", "says"), [
    ("[[race]\n", "accepted.toml:1: "),
    ('[[race]]\nrule = "GIL101"\n', "accepted.toml:1: no reason"),
    ('[[race]]\nreason = "all of them"\n', "it would suppress every race"),
    ('[[race]]\nrule = "GIL999"\nreason = "x"\n', "accepted.toml:2: 'GIL999' is no rule"),
    ('[[race]]\nlocatoin = "x"\nreason = "x"\n', "did you mean 'location'?"),
    ('[[race]]\nrule = 101\nreason = "x"\n', "accepted.toml:2: rule must be text"),
    ('[race]\nreason = "x"\n', "'race' is not understood"),
    ('[[races]]\nreason = "x"\n', "'races' is not understood"),
])
def test_a_file_that_is_wrong_is_an_error_before_anything_runs(project, text, says):
    project.write("accepted.toml", text)
    project.write("app.py", "open('ran', 'w')\n")
    done = run(project, "--suppressions", "accepted.toml")
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert not (project.folder / "ran").exists()


def test_a_file_that_is_not_there(project):
    done = run(project, "--suppressions", "nowhere.toml")
    assert done.returncode == 2
    assert "cannot read nowhere.toml" in done.stderr
