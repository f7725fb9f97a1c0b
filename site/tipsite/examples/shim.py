"""What stands on the path of a tip's shell as `flask`, `python`, `curl` …: it lets the controller run them.

Started as `python -IS shim.py NAME ARGUMENTS…`, so it imports nothing of the package.  It hands over its words,
folder, environment and open files, and ends as the program ended.
"""

import json
import os
import socket
import struct
import sys


def main() -> None:
    """Have the program run, and end with its exit status."""
    name, *arguments = sys.argv[1:]
    controller = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(name))), "controller")
    request = {
        "words": [os.path.basename(name), *arguments],
        "folder": os.getcwd(),
        "environment": dict(os.environ),
    }
    text = json.dumps(request).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(controller)
        socket.send_fds(connection, [b"f"], [0, 1, 2])
        connection.sendall(struct.pack("!QQ", len(text), 0) + text)
        os._exit(int(connection.recv(16) or b"1"))


if __name__ == "__main__":
    main()
