"""A curl for tips: it replays requests against a WSGI app, and says so where it cannot do what curl does.

What is sent and what is printed are those of curl 7.88; the answers are made by Werkzeug's own development
server, which is given the request in memory.
"""

from .command import Transfer, run
from .problems import UsageProblem

__all__ = ["Transfer", "UsageProblem", "run"]
