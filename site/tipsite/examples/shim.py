"""What stands on the path of a tip's shell as `flask`, `python`, `curl` …: it lets the controller run them.

Started as `python -IS shim.py NAME ARGUMENTS…`, so it imports nothing of the package. It hands over its words, folder,
environment and open files, and ends as the program ended. It imports built-in modules alone: `socket`, `json` and
`struct` would take twice as long as starting Python does.
"""

import _socket
import marshal
import posix
import sys


def main() -> None:
    """Have the program run, and end with its exit status."""
    name, *arguments = sys.argv[1:]
    folder = posix.getcwd()
    absolute = name if name.startswith("/") else f"{folder}/{name}"
    root, _, program = absolute.rsplit("/", 2)
    environment = {key.decode(errors="surrogateescape"): value.decode(errors="surrogateescape")
                   for key, value in posix.environ.items()}  # fmt: skip
    body = marshal.dumps({"words": [program, *arguments], "folder": folder, "environment": environment})
    files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(f"{root}/controller")
    connection.sendmsg([b"f"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
    header = b"null"
    connection.sendall(len(header).to_bytes(8, "big") + len(body).to_bytes(8, "big") + header + body)
    posix._exit(int(connection.recv(16) or b"1"))


if __name__ == "__main__":
    main()
