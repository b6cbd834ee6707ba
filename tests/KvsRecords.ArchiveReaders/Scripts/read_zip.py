"""Reads each archive named on standard input, one path a line, and prints what is in it: a line of JSON for each archive."""

import hashlib
import json
import sys
import zipfile


def read(path):
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken is not None:
            raise zipfile.BadZipFile(f"testzip names {broken!r}")
        if archive.comment:
            raise zipfile.BadZipFile("the archive has a comment")
        return [entry(archive, info) for info in archive.infolist()]


def entry(archive, info):
    digest = hashlib.sha256()
    length = 0
    with archive.open(info) as body:
        while piece := body.read(1 << 20):
            digest.update(piece)
            length += len(piece)
    return {
        "name": info.filename,
        "sha256": digest.hexdigest(),
        "length": length,
        "dosTime": "%04d-%02d-%02dT%02d:%02d:%02d" % info.date_time,
        "crc": info.CRC,
        "compressedLength": info.compress_size,
        "flags": info.flag_bits,
        "method": info.compress_type,
        "extraLength": len(info.extra),
        "commentLength": len(info.comment),
        "madeBySystem": info.create_system,
        "versionMadeBy": info.create_version,
        "versionNeeded": info.extract_version,
        "externalAttributes": info.external_attr,
        "headerOffset": info.header_offset,
    }


for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
    try:
        result = {"entries": read(line)}
    except Exception as error:  # Whatever the reader says against the archive is the answer.
        result = {"refusal": f"{type(error).__name__}: {error}"}
    print(json.dumps(result))
