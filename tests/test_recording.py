"""Recording: tips are run with what is installed here, and what goes wrong is said in a line."""

from __future__ import annotations

import platform
from importlib.metadata import version

import pytest

from conftest import Content
from test_cli import flask
from test_proving import GOOD, kettle  # noqa: F401  # a fixture
from tipsite.loading import Loader
from tipsite.matrix_file import parse_matrix
from tipsite.recording import record

PYTHON = ".".join(platform.python_version_tuple()[:2])
FLASK = ".".join(version("flask").split(".")[:2])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("/\nsteam\n", "/\nwater\n", "“curl localhost:5000/” prints “steam” instead of “water”"),
        (">>> index()\n'steam\\n'", ">>> index()\n'water'", "“index()” prints 'steam\\n' instead of 'water'"),
        ("/\nsteam\n", "/\nsteam\nwater\n", "“curl localhost:5000/” prints no “water”"),
        ("/\nsteam\n", "/\n", "“curl localhost:5000/” also prints “steam”"),
        ("/\nsteam\n", "/\nsteam\n$ printf 'KeyError\\nx'\nKeyError\ny\n", "“printf 'KeyError\\nx'” prints “x”"),
        ("import app, index", "import app, indx", "“from app import app, indx” ends with “ImportError: cannot import"),
        (">>> index()", ">>> unknown()", "“unknown()” ends with “NameError: name 'unknown' is not defined”"),
        ("curl localhost:5000/", "python -c 'print(\"steam\"); exit(3)'", "this ends with exit status 3"),
    ],
)  # fmt: skip
def test_a_failure_has_a_short_and_true_reason(kettle: Content, old: str, new: str, why: str):  # noqa: F811
    assert old in GOOD
    kettle.tip("steam/a", GOOD.replace(old, new, 1))

    cell, _ = record(Loader(kettle.root).load().tips, cache=None, jobs=1)

    assert cell.tips["tips/steam/a.md"].why.startswith(why)


def test_the_hash_is_that_of_the_code_alone(kettle: Content):  # noqa: F811
    kettle.tip("steam/b", GOOD.replace("Text.", "More\n\ntext."), title="Another")
    kettle.tip("steam/c", GOOD.replace("steam", "water"))

    cell, _ = record(Loader(kettle.root).load().tips, cache=None, jobs=1)

    a, b, c = (cell.tips[f"tips/steam/{name}.md"].hash for name in "abc")
    assert a == b
    assert a != c


def test_a_tip_whose_service_is_missing_is_not_recorded(kettle: Content, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    kettle.tip("steam/b", GOOD, needs="redis")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr("sys.prefix", "/nowhere")

    cell, missing = record(Loader(kettle.root).load().tips[1:], cache=None, jobs=1)

    assert missing == {"tips/steam/b.md": "redis-server"}
    assert cell.tips == {}


def test_the_command_writes_the_matrix_with_real_versions(kettle: Content):  # noqa: F811
    kettle.tip("steam/b", GOOD.replace("/\nsteam\n", "/\nwater\n"))

    done = flask(kettle, "tips", "record", f"--cell={PYTHON}/{FLASK}", "--cell=3.99/3.1")

    assert done.returncode == 0, done.stderr
    assert (
        f"Flask {version('flask')}, Python {platform.python_version()}:\nOf the tips 1 pass, 1 fail, 0 are not run"
        in done.stdout
    )
    cell, other = parse_matrix((kettle.root / "matrix.json").read_bytes()).cells
    assert cell.versions == {"Flask": version("flask"), "Python": platform.python_version()}
    assert [result.result for result in cell.tips.values()] == ["passed", "failed"]
    assert (other.python, other.tips) == ("3.99", {})


def test_a_check_fails_for_a_failure_that_is_not_recorded(kettle: Content):  # noqa: F811
    kettle.tip("steam/b", GOOD.replace("/\nsteam\n", "/\nwater\n"))
    first = flask(kettle, "tips", "record", "--check")
    assert not (kettle.root / "matrix.json").exists()
    flask(kettle, "tips", "record")

    second = flask(kettle, "tips", "record", "--check")

    assert (first.returncode, second.returncode) == (1, 0)
    assert "matrix.json does not say so: mend the tip, or record how it fares" in first.stderr


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("3.12", "write a Python and a Flask, as in 3.12/3.1, not “3.12”"),
        ("3.99/3.1", f"name the cell of this Python and Flask, {PYTHON}/{FLASK}, too"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_refused(kettle: Content, cell: str, told: str):  # noqa: F811
    done = flask(kettle, "tips", "record", f"--cell={cell}")

    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
