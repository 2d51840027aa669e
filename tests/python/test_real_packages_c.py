"""The extension packages that the C pass is measured on: what is pinned, and that unpacking keeps what
a translation unit needs and nothing outside of its folder."""

from __future__ import annotations

import hashlib
import io
import pathlib
import sys
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import real_packages  # noqa: E402
import real_packages_c  # noqa: E402


def test_the_lock_file_has_the_promised_kinds():
    packages = real_packages.pinned(real_packages.LOCK_C)
    kinds = [package.kind for package in packages]
    assert len(packages) >= 12
    assert len({package.name for package in packages}) == len(packages)
    assert sum("C++" in kind for kind in kinds) >= 2
    assert any("pybind11" in kind or "nanobind" in kind for kind in kinds)
    assert any("Cython" in kind for kind in kinds)
    assert all(package.c for package in packages)
    python = {package.label for package in real_packages.pinned()}
    assert not python & {package.label for package in packages}


def test_a_source_distribution_is_unpacked_within_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(real_packages, "UNPACKED_C", tmp_path / "real-c")
    archive = tmp_path / "spam-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as members:
        for name in ["spam-1.0/spam.c", "spam-1.0/include/spam.h", "spam-1.0/setup.py",
                     "spam-1.0/data.bin", "spam-1.0/../../escape.c", "/absolute/outside.c"]:
            member = tarfile.TarInfo(name)
            member.size = 4
            members.addfile(member, io.BytesIO(b"int;"))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    package = real_packages.Package("spam", "1.0", digest, "parser, C", True)
    real_packages.unpack(package, archive)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    inside = {f"real-c/spam-1.0/{name}" for name in ["spam.c", "include/spam.h", "setup.py"]}
    assert inside <= found
    assert all(name.startswith("real-c/spam-1.0/") or name == archive.name for name in found)
    assert not any(name.endswith((".bin", "escape.c")) for name in found)


def test_cpythons_modules_are_what_its_makefile_compiles(tmp_path):
    modules = tmp_path / "Modules"
    units = ["_struct.c", "_sqlite/cursor.c", "_decimal/_decimal.c", "expat/xmltok.c"]
    others = ["_testcapimodule.c", "_testcapi/abstract.c", "xxsubtype.c", "_ssl/cert.c",
              "_blake2/impl/blake2b.c", "expat/xmltok_impl.c", "_winapi.c", "notes.txt"]
    for name in units + others:
        (modules / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / name).write_text("int x;\n")
    assert real_packages_c.cpython_files(modules) == sorted(units)
    rows = real_packages_c.cpython_database(tmp_path, tmp_path / "include")
    assert [row["file"] for row in rows] == sorted(units)
    assert all(f"-I{tmp_path}/Include" in row["arguments"] for row in rows)
    decimal = next(row for row in rows if row["file"] == "_decimal/_decimal.c")
    assert f"-I{modules}/_decimal/libmpdec" in decimal["arguments"]


def test_findings_of_c_files_belong_to_the_c_packages():
    said = {"findings": [{"path": path, "suppressed": suppressed} for path, suppressed in [
        ("spam.c", False), ("spam/_impl.hpp", False), ("spam/__init__.py", False), ("ham.c", True)]]}
    of_c = real_packages.Package("spam", "1.0", "0", "parser, C", True)
    of_python = of_c._replace(c=False)
    paths = [f["path"] for f in real_packages.reported(of_c, said)]
    assert paths == ["spam.c", "spam/_impl.hpp"]
    assert [f["path"] for f in real_packages.reported(of_python, said)] == ["spam/__init__.py"]
