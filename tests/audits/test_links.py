"""lychee finds no dead link, fragments included, in any page; it asks nothing of the network."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import tools
from hosting import Host


def check(folder: Path, origin: str) -> dict[str, Any]:
    """Let lychee check all files of a folder; addresses on `origin` are files of it, others are left out."""
    here = ["--remap", f"^{origin}/(.*) file://{folder}/$1", "--root-dir", folder, "--index-files", "index.html"]
    options = ["--offline", "--include-fragments", "--no-progress", "--format", "json", *here]
    command = [tools.of_python("bin/lychee"), *options, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_link_is_dead(host: Host):
    found = check(host.folder, host.url)

    print({name: found[name] for name in ("total", "unique", "successful", "excludes", "errors")})
    assert found["error_map"] == {}
    assert found["successful"] > 2_000


def test_lychee_does_find_dead_links(host: Host, tmp_path: Path):
    folder = tmp_path / "site"
    shutil.copytree(host.folder, folder)
    page = folder / "about/index.html"
    links = ('"/nope/"', '"/tips/flash/#nope"', f'"{host.url}/tips/nope/"')
    page.write_text(page.read_text().replace("</main>", "".join(f"<a href={link}>x</a>" for link in links)))

    found = check(folder, host.url)

    assert found["errors"] == len(links)
