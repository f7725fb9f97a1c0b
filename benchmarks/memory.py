"""Say what the memory of a build follows: the number of tips, or that of the links on their pages.

Usage: python benchmarks/memory.py [--tips 2500 5000 10000] [--links 0 40]

Builds corpora of several sizes, each with few and with many links a tip to other tips, cold and after one edit.
Memory is that of the largest single process, its children included, and warnings are counted.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import corpus
from run import measure
from tools import Setting, Tipsite
from words import Words


class Linked(Tipsite):
    """The generator of this project, given tips with more links."""

    links = 0

    def file_of(self, tip: corpus.CorpusTip, addition: str) -> str:
        """Write a tip, and links to earlier ones at its end."""
        words = Words(f"links of {tip.number}")
        numbers = [words.number(0, tip.number - 1) for _ in range(self.links if tip.number else 0)]
        return super().file_of(tip, "".join(f"\n- {corpus.link_to(number)}" for number in numbers) + f"\n{addition}")

    def count_warnings(self) -> int:
        """Count the lines of the last build's output that warn."""
        return sum("arning" in line for line in (self.folder / "build.log").read_text().splitlines())


def main() -> None:
    """Build as the command line says, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tips", nargs="+", type=int, default=[2500, 5000, 10000], metavar="N")
    parser.add_argument("--links", nargs="+", type=int, default=[0, 40], metavar="N", help="more links a tip")
    parser.add_argument("--work", type=Path, default=Path(".cache/benchmarks"), metavar="DIR")
    arguments = parser.parse_args()
    print("| tips | more links a tip | cold, MB | edited, MB | warnings |\n| ---: | ---: | ---: | ---: | ---: |")
    for tips in arguments.tips:
        for links in arguments.links:
            print(measure_case(arguments.work.resolve(), tips, links), flush=True)


def measure_case(work: Path, tips: int, links: int) -> str:
    """Build a corpus cold and after an edit, and give a row of the table."""
    tool = Linked(Setting(work), work / "memory")
    tool.links = links
    tool.prepare(tips)
    tool.clean()
    cold = measure(tool)["memory"] / 1e6
    warnings = tool.count_warnings()
    tool.write_tip(corpus.make_tip(tips // 2), "\nEdited.\n")
    edited = measure(tool)["memory"] / 1e6
    warnings += tool.count_warnings()
    shutil.rmtree(tool.folder)
    return f"| {tips:,} | {links} | {cold:.0f} | {edited:.0f} | {warnings} |"


if __name__ == "__main__":
    main()
