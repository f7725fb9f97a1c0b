"""A clean process that has imported Flask, and forks a supervisor for each run that is asked for.

Started as `python -m tipsite.examples.zygote DESCRIPTOR FOLDER`: pickled orders come over the socket, and a line
of JSON goes back for each.  It ends, and everything with it, when the other side closes.
"""

from __future__ import annotations

import functools
import gc
import importlib.metadata
import json
import os
import pickle
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path

import flask
import flask.cli
import flask.testing
import jinja2.ext

from .immortal import make_immortal
from .processes import fork_lightly
from .screen import installed_places
from .supervisor import Order, adopt_orphans, fill_path, import_modules, kill_children, supervise
from .wire import receive

PRELOADED = ("asyncio", "dotenv", "runpy", "sqlite3", "logging.config", "readline", "http.client", "email.parser")

# What a package looks for when it starts, and imports where it is installed; a second each time in a fork.
ASKED_FOR = {
    "flask_session": ("flask_session.redis",),
    "sentry_sdk": ("pydantic.main", "redis", "redis.asyncio", "sentry_sdk.integrations.flask"),
}


@dataclass
class Zygote:
    """Forks supervisors, and passes their records on."""

    caller: socket.socket
    scripts: dict[str, EntryPoint]
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    runs: dict[socket.socket, tuple[int, int, bytearray]] = field(default_factory=dict)

    def serve(self) -> None:
        """Serve the caller until it is gone."""
        self.selector.register(self.caller, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is not self.caller:
                    assert isinstance(key.fileobj, socket.socket)
                    self._hear(key.fileobj)
                elif not self._take_order():
                    return

    def _take_order(self) -> bool:
        try:
            _, body = receive(self.caller)
        except ConnectionError:
            return False
        order: Order = pickle.loads(body)
        known = len(sys.modules)
        import_modules((*order.modules, *(name for module in order.modules for name in ASKED_FOR.get(module, ()))))
        if len(sys.modules) > known:
            make_immortal()
        here, there = socket.socketpair()
        process = fork_lightly()
        if process == 0:
            here.close()  # or it would never see that nobody waits for it
            self._become_supervisor(order, there)
        there.close()
        self.runs[here] = (process, order.number, bytearray())
        self.selector.register(here, selectors.EVENT_READ)
        return True

    def _become_supervisor(self, order: Order, link: socket.socket) -> None:
        try:
            for other in (self.caller, *self.runs):
                other.close()
            self.selector.close()
            supervise(order, link, self.scripts)
        finally:
            sys.stderr.flush()
            os._exit(0)

    def _hear(self, link: socket.socket) -> None:
        process, number, received = self.runs[link]
        if data := link.recv(1 << 20):
            received += data
            return
        self.selector.unregister(link)
        del self.runs[link]
        link.close()
        os.waitpid(process, 0)
        whole = received.endswith(b"\n")  # or the supervisor was ended before it had told all
        with suppress(BrokenPipeError):  # nobody waits for it any more
            self.caller.sendall(received if whole else json.dumps({"number": number}).encode() + b"\n")

    def end(self) -> None:
        """Have every supervisor clean up, and wait for it."""
        for link in self.runs:
            link.close()
        for process, _, _ in self.runs.values():
            os.waitpid(process, 0)
        kill_children()


def warm_up(modules: Iterable[str]) -> None:
    """Import what tips import, and run a request, so that no fork has to do it for the first time."""
    import_modules(modules)
    app = flask.Flask("warm")
    app.secret_key = "warm"
    app.jinja_env.add_extension(jinja2.ext.do)

    @app.route("/<name>", methods=["GET", "POST"])
    def view(name: str) -> str:
        flask.session["name"] = name
        flask.flash(name)
        return flask.render_template_string("{{ name }} {{ url_for('view', name=name) }}", name=name)

    client = app.test_client()
    client.get("/a")
    client.post("/a", data={"a": "b"})
    client.get("/")
    app.test_cli_runner().invoke(args=["run", "--help"])


def remember_entry_points() -> None:
    """Read the entry points of all distributions once, and not again in every `flask` command."""
    vars(importlib.metadata)["entry_points"] = functools.cache(importlib.metadata.entry_points)
    importlib.metadata.entry_points(group="flask.commands")


def main() -> None:
    """Serve the caller on the socket that was handed over."""
    descriptor, folder = sys.argv[1:]
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    adopt_orphans()
    warm_up(PRELOADED)
    sys.dont_write_bytecode = True
    remember_entry_points()
    scripts = {script.name: script for script in importlib.metadata.entry_points(group="console_scripts")}
    fill_path(Path(folder) / "bin", scripts)
    installed_places()
    gc.collect()
    make_immortal()
    with socket.socket(fileno=int(descriptor)) as caller:
        zygote = Zygote(caller, scripts)
        zygote.serve()
        zygote.end()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
