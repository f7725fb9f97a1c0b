"""Outputs: freeze.py where it must not write, cannot write, or is not the only one that writes."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import SETTINGS, Content
from test_building import site
from test_freeze_script import SCRIPT, run
from tipsite.publishing import Workspace

MEBIBYTE = 1024 * 1024


def everything(folder: Path) -> dict[str, bytes | str]:
    """Give all that lies in a folder: the bytes of files, and where links lead."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture
def project(content: Content, tmp_path: Path) -> Path:
    """Give a folder with content, a home directory, a git checkout, and links to some of them."""
    content.tip("steam/a")
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.profile").write_text("export KETTLE=1\n")
    (tmp_path / "home/.cache").mkdir()
    (tmp_path / "checkout").mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path / "checkout"], check=True)
    (tmp_path / "letter.txt").write_text("Dear kettle\n")
    for name in ("content", "home", "letter.txt"):
        (tmp_path / f"to-{name}").symlink_to(tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("home", "/home holds something that no build wrote: empty it yourself, or choose another --output"),
        ("to-home", "/home holds something that no build wrote: empty it yourself, or choose another --output"),
        ("checkout", "/checkout holds something that no build wrote: empty it yourself, or choose another --output"),
        ("checkout/.git", "/checkout/.git holds something that no build wrote"),
        (".", " holds the content or lies in it: choose another --output"),
        ("/", "/ holds the content or lies in it: choose another --output"),
        ("content", "/content holds the content or lies in it: choose another --output"),
        ("to-content", "/content holds the content or lies in it: choose another --output"),
        ("content/tips", "/content/tips holds the content or lies in it: choose another --output"),
        ("content/new", "/content/new holds the content or lies in it: choose another --output"),
        ("letter.txt", "/letter.txt is a file: choose another --output"),
        ("to-letter.txt", "/letter.txt is a file: choose another --output"),
    ],
)
def test_an_output_that_holds_something_else_is_refused_and_left_alone(project: Path, output: str, message: str):
    before = everything(project)

    done = run("--output", output, folder=project)

    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.endswith(f"\n{output} is as it was.\n")
    assert len(done.stderr.splitlines()) == 2
    assert everything(project) == before


def test_an_output_may_be_a_link_to_an_empty_folder(project: Path):
    (project / "elsewhere").mkdir()
    (project / "out").symlink_to(project / "elsewhere")

    first, second = run("--output", "out", folder=project), run("--output", "out", "--no-cache", folder=project)

    assert (first.returncode, second.returncode) == (0, 0)
    assert (project / "out").is_symlink()
    assert (project / "elsewhere/index.html").is_file()


@pytest.mark.parametrize(
    ("name", "arguments"), [("CNAME", []), (".git/config", ["--no-cache"]), ("tips/a/notes.txt", [])]
)
def test_what_someone_has_put_into_a_built_site_is_not_lost(
    project: Path, content: Content, name: str, arguments: list[str]
):
    run(folder=project)
    (project / "build" / name).parent.mkdir(parents=True, exist_ok=True)
    (project / "build" / name).write_text("mine")
    content.tip("steam/a", "Other text.")
    before = everything(project / "build")

    done = run(*arguments, folder=project)

    assert done.returncode == 1
    assert f"build holds {name}, which no build wrote: take it out of there, or choose another --output" in done.stderr
    assert everything(project / "build") == before
    (project / "build" / name).unlink()
    assert run(*arguments, folder=project).returncode == 0


def test_what_systems_leave_in_folders_stops_no_build(project: Path, content: Content):
    run(folder=project)
    (project / "build/tips/.DS_Store").write_text("positions of icons")
    content.tip("steam/a", "Other text.")

    assert run(folder=project).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of four mebibytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={4 * MEBIBYTE}"
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", folder], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root can mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path, room: int = 0) -> None:
    """Leave so many kibibytes on a disk."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        with suppress(OSError):
            while ballast.write(b"x" * 4096):
                pass
        ballast.truncate(ballast.tell() - room * 1024)


def write_tips(content: Content, text: str) -> None:
    for number in range(20):
        content.tip(f"steam/tip-{number}", text)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def assert_refused(done: subprocess.CompletedProcess[str], reason: str) -> None:
    """Assert that a build failed with a sentence that gives the system's reason."""
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    sentence, last = [line for line in done.stderr.splitlines() if ": warning: " not in line]
    assert reason in sentence
    assert last.endswith(" is as it was.")


@pytest.mark.parametrize("arguments", [[], ["--no-cache", "--manifest"]])
def test_a_full_disk_is_told_in_a_sentence_and_the_site_stays(
    content: Content, tmp_path: Path, disk: Path, arguments: list[str]
):
    write_tips(content, "Text.")
    assert run("--output", disk / "out", folder=tmp_path).returncode == 0
    write_tips(content, "Other text.")
    before = site(disk / "out")
    fill(disk)

    done = run("--output", disk / "out", *arguments, folder=tmp_path)

    assert_refused(done, "No space left on device")
    assert site(disk / "out") == before
    (disk / "ballast").unlink()
    assert run("--output", disk / "out", *arguments, folder=tmp_path).returncode == 0
    assert run("--output", tmp_path / "clean", *arguments, folder=tmp_path).returncode == 0
    assert site(disk / "out") == site(tmp_path / "clean")


def test_a_disk_that_becomes_full_at_any_moment_leaves_the_old_site_or_the_new_one(
    content: Content, tmp_path: Path, disk: Path
):
    """Leave more and more room, so that each build fails in another part of it, until one has enough."""
    sites = {}
    for text in ("Text.", "Other text."):
        write_tips(content, text)
        assert run("--output", text, folder=tmp_path).returncode == 0
        sites[text] = site(tmp_path / text)
    command = ("--output", disk / "out", "--jobs", "1")
    reasons: set[str] = set()
    room, remembered = 0, False
    while not remembered:
        write_tips(content, "Text.")
        assert run(*command, "--no-cache", folder=tmp_path).returncode == 0
        write_tips(content, "Other text.")
        fill(disk, room)

        done = run(*command, folder=tmp_path)

        (disk / "ballast").unlink()
        if done.returncode:
            assert_refused(done, "cannot be written")
        assert site(disk / "out") == sites["Text." if done.returncode else "Other text."]
        reasons.add(done.stderr.partition("\n")[0].rpartition(": ")[2])
        remembered = not done.returncode and "this build cannot be remembered" not in done.stderr
        room += 40
    assert "No space left on device" in reasons


@pytest.mark.parametrize("room", [0, 48, 160])
def test_a_full_disk_for_the_cache_costs_time_and_nothing_else(content: Content, tmp_path: Path, disk: Path, room: int):
    for number in range(60):
        content.tip(f"steam/tip-{number}", "```python\nimport kettle\n```\n" * 9)
    (disk / "content").symlink_to(content.root)
    fill(disk, room)

    for jobs in ("1", "2"):
        done = run("--output", tmp_path / "out", "--jobs", jobs, folder=disk)

        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        content.tip("steam/tip-0")
    assert len(list((tmp_path / "out/tips").glob("*/index.html"))) == 60


def test_a_read_only_output_is_told_in_a_sentence(content: Content, tmp_path: Path, disk: Path):
    content.tip("steam/a")
    assert run("--output", disk / "out", folder=tmp_path).returncode == 0
    before = site(disk / "out")
    content.tip("steam/a", "Other text.")
    remount(disk, "ro")

    done = run("--output", disk / "out", folder=tmp_path)

    assert_refused(done, "Read-only file system")
    assert site(disk / "out") == before


def test_nothing_is_written_where_nothing_has_changed(content: Content, tmp_path: Path, disk: Path):
    content.tip("steam/a")
    assert run("--output", disk / "out", folder=tmp_path).returncode == 0
    remount(disk, "ro")

    done = run("--output", disk / "out", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Nothing has changed since the last build." in done.stdout


def test_content_and_project_may_be_read_only(content: Content, tmp_path: Path, disk: Path):
    content.tip("steam/a", '```python title="a.py"\nprint(1)\n```\n\n```console\n$ python a.py\n1\n```\n')
    content.write("site.toml", SETTINGS.replace("examples = false", "examples = true"))
    shutil.copytree(content.root, disk / "content")
    remount(disk, "ro")

    done = run("--output", tmp_path / "out", folder=disk)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/tips/a/index.html").is_file()


@pytest.fixture
def start(content: Content, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Give a function that starts a build of fifty tips."""
    for number in range(50):
        content.tip(f"steam/tip-{number}", f"Text {number}.")

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, SCRIPT, *arguments]
        return subprocess.Popen(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return start


def test_a_build_waits_for_another_and_says_so(start: Callable[..., subprocess.Popen[str]], tmp_path: Path):
    with Workspace(tmp_path / "build").locked(print):
        build = start()
        assert build.stdout
        said = build.stdout.readline()
        waits = not (tmp_path / "build").exists()
    _, errors = build.communicate(timeout=60)

    assert said == f"Another build is writing to {tmp_path / 'build'}: waiting for it to end\n"
    assert waits
    assert build.returncode == 0, errors
    assert (tmp_path / "build/tips/tip-49/index.html").is_file()


@pytest.mark.parametrize("outputs", [("build", "build", "build"), ("one", "two", "three")])
def test_builds_at_once_do_not_harm_each_other(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, outputs: tuple[str, ...]
):
    """Builds of one output wait for each other; those of several share a cache."""
    builds = [start("--output", output, "--jobs", "2") for output in outputs]

    errors = [build.communicate(timeout=120)[1] for build in builds]

    assert [build.returncode for build in builds] == [0, 0, 0], errors
    run("--output", "clean", "--no-cache", folder=tmp_path)
    for output in outputs:
        assert site(tmp_path / output) == site(tmp_path / "clean")
    assert run("--output", outputs[0], folder=tmp_path).stdout.endswith("Nothing has changed since the last build.\n")


ELSEWHERE = """
import os, pathlib, signal, sys, types
sys.path.insert(0, {folder!r})
import freeze
import tipsite.publishing
tipsite.publishing.sys = types.SimpleNamespace(platform="somewhere else")
rename, left = pathlib.Path.rename, [{renames}]
def rename_or_die(self, target):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
pathlib.Path.rename = rename_or_die
sys.argv = ["freeze.py"]
sys.exit(freeze.main())
"""


@pytest.mark.parametrize("renames", [0, 1, 2, 3])
def test_where_folders_cannot_be_exchanged_the_next_build_mends_what_a_killed_one_left(
    content: Content, tmp_path: Path, renames: int
):
    """Kill a build before each of the three renames that then take the place of the exchange, and after them."""

    def build(renames: int) -> int:
        script = ELSEWHERE.format(folder=str(SCRIPT.parent), renames=renames)
        return subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False, capture_output=True).returncode

    content.tip("steam/a")
    assert build(9) == 0
    old = site(tmp_path / "build")
    content.tip("steam/a", "Other text.")
    run("--output", "clean", folder=tmp_path)
    new = site(tmp_path / "clean")

    status = build(renames)

    left = site(tmp_path / "build")
    assert status == (0 if renames == 3 else -signal.SIGKILL)
    assert left == {0: old, 1: {}, 2: new, 3: new}[renames]
    assert build(9) == 0
    assert site(tmp_path / "build") == new
