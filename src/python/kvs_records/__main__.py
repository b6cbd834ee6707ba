"""The command ``kvs-records``: becomes the native program, with the same arguments."""

import os
import subprocess
import sys

from ._program import explain_libc, find_program


def main() -> int:
    """Gives the exit code where the system has no way to become another program, or where the program does not start."""
    try:
        program = find_program()
        # Windows has none: there, a new process would run beside a shell that believes it has ended.
        if sys.platform == "win32":
            return subprocess.call([program, *sys.argv[1:]])
        problem = explain_libc()
        if problem:
            print(problem, file=sys.stderr)
        os.execv(program, [program, *sys.argv[1:]])
    except OSError as error:
        print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
