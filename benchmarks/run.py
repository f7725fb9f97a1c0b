"""Build the same corpus with this project, Hugo, Eleventy and Pelican, in turn, and say what each took.

Usage: python benchmarks/run.py [--sizes 40:5 1000:5 10000:3] [--json FILE] [--markdown FILE]

A run of a generator is a cold build (nothing of an earlier one is left), an unchanged one, and one after an edit of
one tip. The first use installs the others, as pinned, into the working folder. Every site is checked: the same
pages with the same on them, the same files, no dead links. README.md beside this file tells what is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpus
import outputs
from tools import GONE, TOOLS, Setting, Tipsite, Tool

HERE = Path(__file__).parent
SCENARIOS = ("cold", "unchanged", "edited")
MEASURES = ("wall", "cpu", "memory")
FAR_SLOWER = 2  # times as slow as the fastest of the others when cold: one run of a large corpus is enough
LARGE = 5_000  # tips

Row = dict[str, Any]


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    names = [tool.name for tool in TOOLS]
    add("--sizes", nargs="+", type=_size, default=[(40, 5), (1000, 5), (10000, 3)], metavar="TIPS:RUNS")
    add("--tools", nargs="+", choices=names, default=names, metavar="NAME", help=f"of {', '.join(names)}")
    add("--smoke", action="store_true", help="try everything once, on 100 tips")
    add("--work", type=Path, default=Path(".cache/benchmarks"), metavar="DIR", help="default: .cache/benchmarks")
    add("--json", type=Path, metavar="FILE", help="write every single measurement")
    add("--markdown", type=Path, metavar="FILE", help="write the tables")
    return parser.parse_args()


def _size(text: str) -> tuple[int, int]:
    tips, _, runs = text.partition(":")
    return int(tips), int(runs or 3)


def main() -> None:
    """Measure as the command line says, and print the tables."""
    arguments = parse_arguments()
    setting = Setting(arguments.work.resolve())
    setting.install()
    sizes = [(100, 1)] if arguments.smoke else arguments.sizes
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"The machine is not quiet: its load is {load:.2f}.", file=sys.stderr)
    kinds = [kind for kind in TOOLS if kind.name in arguments.tools]
    warm_up([kind(setting, setting.folder / "warm" / kind.__name__) for kind in kinds])
    rows: list[Row] = []
    sites: list[Row] = []
    for tips, runs in sizes:
        tools = [kind(setting, setting.folder / str(tips) / kind.__name__) for kind in kinds]
        rows += measure_size(tools, tips, runs, once=far_slower(rows) if tips > LARGE else [])
        sites += [{"tips": tips, "tool": tool.name, **outputs.describe(tool.out)} for tool in tools]
    machine = describe_machine(load, [kind(setting, setting.folder) for kind in kinds])
    report(arguments, machine, rows, sites)
    for tips, _ in sizes:
        shutil.rmtree(setting.folder / str(tips) / GONE, ignore_errors=True)


def warm_up(tools: list[Tool]) -> None:
    """Build a small corpus, so that each generator has compiled itself and lies in memory."""
    for tool in tools:
        tool.prepare(10)
        measure(tool)


def far_slower(rows: list[Row]) -> list[str]:
    """Name the generators that took far longer than the fastest of the others at the size before."""
    tips = max((row["tips"] for row in rows), default=0)
    cold = {row["tool"]: row["wall"] for row in summarise(rows) if row["tips"] == tips and row["scenario"] == "cold"}
    others = {name: wall for name, wall in cold.items() if name != Tipsite.name}
    return [name for name, wall in others.items() if wall > FAR_SLOWER * min(others.values())]


def measure_size(tools: list[Tool], count: int, runs: int, once: list[str]) -> Iterator[Row]:
    """Build a corpus with each generator, in turn; another one begins each time. Check the sites of the first run.

    Those that `once` names build in the first run only.
    """
    tips = list(corpus.make_tips(count))
    for tool in tools:
        tool.prepare(count)
    for run in range(runs):
        edited = tips[(run + 1) * count // (runs + 1)]
        turn = [*tools[run % len(tools) :], *tools[: run % len(tools)]]
        for tool in (tool for tool in turn if run == 0 or tool.name not in once):
            for scenario, taken in build_thrice(tool, edited, f"Edited for run {run}."):
                row = {"tips": count, "run": run, "tool": tool.name, "scenario": scenario, **taken}
                print(f"{count:>6} tips, run {run + 1}: {tool.name:<12} {scenario:<9} {row['wall']:8.2f} s", flush=True)
                yield row
            found = list(outputs.complaints(tool.out, tips)) if run == 0 else []
            if found:
                print("\n".join([f"The site of {tool.name} is not like the others:", *found[:10]]), file=sys.stderr)


def build_thrice(tool: Tool, tip: corpus.CorpusTip, sentence: str) -> Iterator[tuple[str, Row]]:
    """Build cold, unchanged, and after an edit of one tip, which has to show in its page."""
    tool.clean()
    yield "cold", measure(tool)
    yield "unchanged", measure(tool)
    tool.write_tip(tip, f"\n{sentence}\n")
    yield "edited", measure(tool)
    if sentence not in (tool.out / f"tips/{tip.slug}/index.html").read_text(encoding="utf-8"):
        raise SystemExit(f"{tool.name} did not publish the edit of {tip.path}")


def measure(tool: Tool) -> Row:
    """Build, and give seconds by the clock and of processors, and bytes of memory of the largest process."""
    os.sync()
    log = tool.folder / "build.log"
    command = [sys.executable, "-I", "-S", str(HERE / "measure.py"), str(log), *tool.command]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=tool.folder, env=environment, check=True, capture_output=True, text=True)
    taken: Row = json.loads(done.stdout)
    if taken.pop("status"):
        raise SystemExit(f"{tool.name} failed:\n{log.read_text(errors='replace')[-2000:]}")
    return taken


def summarise(rows: list[Row]) -> list[Row]:
    """Give the medians of all runs."""
    groups: dict[tuple[int, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["tips"], row["scenario"], row["tool"]), []).append(row)
    return [
        {"tips": tips, "scenario": scenario, "tool": tool, "runs": len(group)}
        | {measure: statistics.median(row[measure] for row in group) for measure in MEASURES}
        for (tips, scenario, tool), group in groups.items()
    ]


def describe_machine(load: float, tools: list[Tool]) -> Row:
    """Say what was measured, and on what."""
    cpuinfo = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next((line.partition(": ")[2] for line in cpuinfo.splitlines() if line.startswith("model name")), "")
    node = subprocess.run(["node", "--version"], check=False, capture_output=True, text=True).stdout.strip()
    return {
        "processor": model or platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "node": node.removeprefix("v"),
        "load_before": round(load, 2),
        "versions": {tool.name: tool.version for tool in tools},
    }


def report(arguments: argparse.Namespace, machine: Row, rows: list[Row], sites: list[Row]) -> None:
    """Print the tables, and write what is asked for."""
    text = tables(machine, summarise(rows), sites)
    print("\n" + text)
    if arguments.markdown:
        arguments.markdown.write_text(text, encoding="utf-8")
    if arguments.json:
        result = {"machine": machine, "medians": summarise(rows), "runs": rows, "sites": sites}
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def tables(machine: Row, medians: list[Row], sites: list[Row]) -> str:
    """Write the tables in Markdown: seconds with ratios, then processors, memory and what was written."""
    names = list(dict.fromkeys(row["tool"] for row in medians))
    found = {(row["tips"], row["scenario"], row["tool"]): row for row in medians}
    sizes = list(dict.fromkeys(row["tips"] for row in medians))
    cases = [(tips, scenario) for tips in sizes for scenario in SCENARIOS]
    head = f"| tips | build | {' | '.join(names)} |"
    rule = f"| ---: | --- |{' ---: |' * len(names)}"
    lines = [_describe(machine, medians), "", f"{head} ratio |", f"{rule} ---: |"]
    for case in cases:
        seconds = [f"{found[*case, name]['wall']:.2f}" for name in names]
        lines.append(f"| {case[0]:,} | {case[1]} | {' | '.join(seconds)} | {_ratio(case, found, names)} |")
    lines += ["", "Seconds of all processors, and megabytes of the largest process:", "", head, rule]
    for case in cases:
        cells = [_effort(found[*case, name]) for name in names]
        lines.append(f"| {case[0]:,} | {case[1]} | {' | '.join(cells)} |")
    lines += ["", "What was written:", "", f"| tips | {' | '.join(names)} |", f"| ---: |{' --- |' * len(names)}"]
    written = {(row["tips"], row["tool"]): row for row in sites}
    for tips in sizes:
        lines.append(f"| {tips:,} | {' | '.join(_written(written[tips, name]) for name in names)} |")
    return "\n".join(lines) + "\n"


def _describe(machine: Row, medians: list[Row]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    most: dict[int, int] = {}
    for row in medians:
        most[row["tips"]] = max(row["runs"], most.get(row["tips"], 0))
    fewer = {(row["tips"], row["tool"], row["runs"]) for row in medians if row["runs"] < most[row["tips"]]}
    counts = ", ".join(f"{count} at {tips:,} tips" for tips, count in most.items())
    counts += "".join(f", but {count} of {name} at {tips:,}" for tips, name, count in sorted(fewer))
    return (
        f"Seconds by the clock, medians of runs in turn ({counts}). {versions}; Python {machine['python']}, "
        f"Node.js {machine['node']}; {machine['processor']}, {machine['cores']} cores, {machine['system']}. "
        f"The ratio is that of {Tipsite.name} to the fastest of the others."
    )


def _effort(row: Row) -> str:
    return f"{row['cpu']:.1f} s, {row['memory'] / 1e6:.0f} MB"


def _written(row: Row) -> str:
    return f"{row['pages']:,} pages, {row['files']:,} files, {row['bytes'] / 1e6:.1f} MB"


def _ratio(case: tuple[int, str], found: dict[tuple[int, str, str], Row], names: list[str]) -> str:
    others = [found[*case, name]["wall"] for name in names if name != Tipsite.name]
    return f"{found[*case, Tipsite.name]['wall'] / min(others):.2f}" if others and Tipsite.name in names else ""


if __name__ == "__main__":
    main()
