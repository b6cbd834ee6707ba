"""Makes the wheels: python3 src/python/build.py OUT [RID...]

A RID is one of those below; without any, it is this machine's. 'dotnet publish' compiles what has changed since it compiled last.
"""

import base64
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TAGS = {
    "linux-x64": "manylinux_2_34_x86_64",
    "linux-arm64": "manylinux_2_34_aarch64",
    "osx-x64": "macosx_14_0_x86_64",
    "osx-arm64": "macosx_14_0_arm64",
    "win-x64": "win_amd64",
}
METADATA = """\
Metadata-Version: 2.1
Name: kvs-records
Version: {version}
Summary: The key-value stores of the Apify API, on your own machine
License: MIT
Keywords: apify,crawlee,key-value-store,emulator,testing,zip
Classifier: Framework :: Pytest
Classifier: License :: OSI Approved :: MIT License
Requires-Python: >=3.9
Description-Content-Type: text/markdown

{description}"""
WHEEL = """\
Wheel-Version: 1.0
Generator: kvs-records
Root-Is-Purelib: false
Tag: py3-none-{tag}
"""
ENTRY_POINTS = """\
[console_scripts]
kvs-records = kvs_records.__main__:main

[pytest11]
kvs_records = kvs_records._pytest
"""


def this_machine() -> str:
    system = {"linux": "linux", "darwin": "osx", "win32": "win"}[sys.platform]
    return f"{system}-{'arm64' if platform.machine().lower() in ('arm64', 'aarch64') else 'x64'}"


def publish(rid: str) -> Path:
    folder = ROOT / "src/KvsRecords.Server/bin/Release/net10.0" / rid / "publish"
    # What an earlier build has left there would go into the wheel.
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["dotnet", "publish", "-c", "Release", "-r", rid, "src/KvsRecords.Server"], cwd=ROOT, check=True)
    return folder


def build(out: Path, rid: str, program: Path) -> Path:
    version = re.search("<Version>(.*)</Version>", (ROOT / "Directory.Build.props").read_text())[1]
    info = f"kvs_records-{version}.dist-info"
    files = {f"kvs_records/{path.name}": path.read_bytes() for path in sorted((HERE / "kvs_records").glob("*.*")) if path.is_file()}
    files.update({f"kvs_records/bin/{path.name}": path.read_bytes() for path in sorted(program.iterdir())})
    description = (HERE / "README.md").read_text(encoding="utf-8")
    files[f"{info}/METADATA"] = METADATA.format(version=version, description=description).encode()
    files[f"{info}/WHEEL"] = WHEEL.format(tag=TAGS[rid]).encode()
    files[f"{info}/entry_points.txt"] = ENTRY_POINTS.encode()
    files[f"{info}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    record = "".join(f"{name},sha256={digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()

    wheel = out / f"kvs_records-{version}-py3-none-{TAGS[rid]}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # A regular file; pip keeps the program executable.
            is_program = name.startswith("kvs_records/bin/") and not name.endswith(".txt")
            entry.external_attr = (0o100755 if is_program else 0o100644) << 16
            archive.writestr(entry, content)
    return wheel


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def main() -> None:
    rids = sys.argv[2:] or [this_machine()]
    if len(sys.argv) < 2 or not set(rids) <= set(TAGS):
        sys.exit(f"python3 src/python/build.py OUT [RID...]; a RID is one of {', '.join(TAGS)}.")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for rid in rids:
        print(build(out, rid, publish(rid)))


if __name__ == "__main__":
    main()
