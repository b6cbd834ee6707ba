"""Reads archives with Python's zipfile. README.md says what is printed."""

import hashlib
import platform
import sys
import zipfile


def read(path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            digest = hashlib.sha256()
            length = 0
            with archive.open(info) as body:
                while piece := body.read(1 << 20):
                    digest.update(piece)
                    length += len(piece)
            print("entry", info.filename.encode().hex(), length, digest.hexdigest(), sep="\t")


print("version", platform.python_version(), sep="\t")
for line in sys.stdin.buffer.read().decode().splitlines():
    try:
        read(line)
        print("end")
    except Exception as error:  # Whatever the reader says against the archive is the answer.
        print("refusal", f"{type(error).__name__}: {error}".encode().hex(), sep="\t")
    sys.stdout.flush()
