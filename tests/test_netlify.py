"""netlify.toml and its plugin, tried with the parser and the cache that Netlify itself uses."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent.parent
USE_PLUGIN = """\
import { bindOpts } from "@netlify/cache-utils";
const [, plugin, cwd, cacheDir, event] = process.argv;
const { default: events } = await import(plugin);
await events[event]({ utils: { cache: bindOpts({ cwd, cacheDir }) } });
"""


def parse(node_modules: Path, folder: Path, context: str) -> subprocess.CompletedProcess[str]:
    parser = node_modules / "@netlify/config/bin.js"
    command = ["node", parser, "--offline", "--cwd", folder, "--repositoryRoot", folder, "--context", context]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def configuration(node_modules: Path, context: str) -> dict[str, Any]:
    done = parse(node_modules, PROJECT, context)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["config"]
    return found


@pytest.mark.parametrize(
    ("context", "arguments"),
    [
        ("production", "--base-url $URL"),
        ("deploy-preview", "--base-url $DEPLOY_PRIME_URL --noindex --drafts"),
        ("branch-deploy", "--base-url $DEPLOY_PRIME_URL --noindex --drafts"),
    ],
)
def test_each_context_builds_for_its_own_address(node_modules: Path, context: str, arguments: str):
    found = configuration(node_modules, context)["build"]

    assert found["command"] == f'make build ARGS="{arguments}"'
    assert found["publish"] == str(PROJECT / "build")


def test_the_python_is_the_one_that_the_project_names(node_modules: Path):
    version = configuration(node_modules, "production")["build"]["environment"]["PYTHON_VERSION"]

    assert version == (PROJECT / ".python-version").read_text().strip()
    assert re.search(r"^UV := uv==\d+\.\d+\.\d+$", (PROJECT / "Makefile").read_text(), re.MULTILINE)


def test_the_plugin_is_a_folder_of_this_repository(node_modules: Path):
    (plugin,) = configuration(node_modules, "production")["plugins"]

    assert (PROJECT / plugin["package"] / "manifest.yml").is_file()


def test_the_cache_of_a_build_is_there_in_the_next(node_modules: Path, tmp_path: Path):
    for clone in ("first", "second"):
        (tmp_path / clone).mkdir()
    (tmp_path / "first/.cache/examples").mkdir(parents=True)
    (tmp_path / "first/.cache/examples/a.json").write_text("{}")

    for clone, event in (("first", "onPostBuild"), ("second", "onPreBuild")):
        plugin = PROJECT / "tools/netlify-cache/index.js"
        arguments = [plugin, tmp_path / clone, tmp_path / "cache", event]
        command = ["node", "--input-type=module", "--eval", USE_PLUGIN, "--", *arguments]
        subprocess.run(command, cwd=node_modules.parent, check=True)

    assert (tmp_path / "second/.cache/examples/a.json").read_text() == "{}"


def test_a_mistake_is_found_by_the_parser(node_modules: Path, tmp_path: Path):
    (tmp_path / "netlify.toml").write_text("[build]\ncommand = 5\n")

    done = parse(node_modules, tmp_path, "production")

    assert done.returncode == 1
    assert "build.command must be a string" in done.stderr
