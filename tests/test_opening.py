"""Opening: a build knows, without Flask, whether there is anything to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import SETTINGS, Content
from test_freezing import Options, build
from tipsite.opening import opened

SAYS_WHAT_IS_IMPORTED = """
import sys
from pathlib import Path
from tipsite.opening import opened
with opened(Path(sys.argv[1]), Path(sys.argv[2]), print) as opening:
    unchanged = opening.summary_if_unchanged("a fingerprint") is not None
print(unchanged, *{"flask", "pydantic", "markdown"} & sys.modules.keys())
"""


def summary(content: Content, output: Path, fingerprint: str = "a fingerprint") -> Mapping[str, int] | None:
    with opened(content.root, output, print) as opening:
        return opening.summary_if_unchanged(fingerprint)


@pytest.fixture
def output(content: Content, tmp_path: Path) -> Path:
    content.tip("steam/a")
    content.tip("steam/later", date="2026-12-24")
    build(Options(content.root, tmp_path / "out"))
    return tmp_path / "out"


def test_what_is_unchanged_is_summed_up_as_the_last_build_did(content: Content, output: Path):
    files = [path for path in output.rglob("*") if path.is_file() and path.name != ".tipsite"]

    assert summary(content, output) == {
        "pages": sum(path.suffix == ".html" for path in files),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
    }


def test_nothing_is_imported_to_find_that_nothing_has_changed(content: Content, output: Path):
    command = [sys.executable, "-c", SAYS_WHAT_IS_IMPORTED, content.root, output]

    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "True\n"


@pytest.mark.parametrize(
    "what", ["a text", "a new file", "a file less", "the output", "the code", "the day", "no content"]
)
def test_whatever_has_changed_is_noticed(content: Content, output: Path, monkeypatch: pytest.MonkeyPatch, what: str):
    if what == "a text":
        content.tip("steam/a", "Other text.")
    elif what == "a new file":
        content.write("tips/steam/k.svg", "<svg></svg>")
    elif what == "a file less":
        (content.root / "tips/steam/a.md").unlink()
    elif what == "the output":
        (output / "tips/a/index.html").write_text("mine")
    elif what == "the day":
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798070400")  # 24 December 2026
    elif what == "no content":
        content.root.rename(content.root.with_name("elsewhere"))

    assert summary(content, output, "other" if what == "the code" else "a fingerprint") is None


@pytest.mark.parametrize(
    ("settings", "started"),
    [
        (SETTINGS.replace("examples = false\n", ""), True),
        (SETTINGS.replace("examples = false", "examples = true"), True),
        (SETTINGS, False),
        (SETTINGS.replace("examples = false", 'examples = "often"'), False),
        ("[[", False),
    ],
)
def test_what_runs_examples_is_started_where_there_are_any_and_ended_with_the_build(
    content: Content, tmp_path: Path, settings: str, started: bool
):
    content.write("site.toml", settings)

    with opened(content.root, tmp_path / "out", print) as opening:
        opening.start_runner()
        with opening.take_runner() as runner:
            assert (runner is not None) is started
            assert runner is None or runner.zygote.poll() is None
        assert runner is None or runner.zygote.poll() is not None


def test_what_runs_examples_is_ended_with_a_build_that_did_not_come_to_use_it(content: Content, tmp_path: Path):
    content.write("site.toml", SETTINGS.replace("examples = false\n", ""))

    with opened(content.root, tmp_path / "out", print) as opening:
        opening.start_runner()
        runner = opening._runner

    assert runner
    assert runner.zygote.poll() is not None
    assert not runner.folder.exists()
