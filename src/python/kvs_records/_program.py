"""The native program, which is part of the wheel."""

import os
import sys
from pathlib import Path

MIN_GLIBC = (2, 34)


def find_program() -> str:
    """Gives the path of the program."""
    name = "kvs-records.exe" if sys.platform == "win32" else "kvs-records"
    program = os.environ.get("KVS_RECORDS_BINARY") or str(Path(__file__).parent / "bin" / name)
    if not os.path.isfile(program):
        raise FileNotFoundError(
            f"kvs-records: there is no program {program}. Install the wheel for this platform with pip, set KVS_RECORDS_BINARY to the "
            "path of a program that you have, use the container, or use the .NET tool (docs/install.md in KvsRecords' repository)."
        )
    return program


def explain_libc() -> str:
    """Says that the C library does not fit; an empty text where it does."""
    if sys.platform != "linux":
        return ""
    try:
        version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition("glibc ")[2]
    except (OSError, ValueError):
        version = ""
    numbers = tuple(int(number) for number in version.split(".")[:2]) if version else ()
    if numbers >= MIN_GLIBC:
        return ""
    present = f"glibc {version}" if numbers else "another C library, such as musl"
    return f"The program needs glibc {MIN_GLIBC[0]}.{MIN_GLIBC[1]} or later (Debian 12, Ubuntu 22.04, RHEL 9), and this system has {present}."
