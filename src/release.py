"""Makes all that is published, in one folder: python3 src/release.py OUT [RID...]

A RID is one that src/python/build.py knows; without any, it is this machine's. OUT must be empty or not there. From the same commit come
the same bytes, on the same system.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
import zipfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "src/python"))
import build as wheels  # noqa: E402

PACKED = ["KvsRecords.Server", "KvsRecords.Testing", "KvsRecords.Aspire.Hosting", "KvsRecords.Testcontainers"]
VERSION = re.search("<Version>(.*)</Version>", (ROOT / "Directory.Build.props").read_text())[1]
NOT_SHIPPED = ("Microsoft.CodeAnalysis.", "Microsoft.NET.ILLink.")
LICENSES = ROOT / "src/licenses"
NOTICES = "THIRD-PARTY-NOTICES.txt"


def main() -> None:
    rids = sys.argv[2:] or [wheels.this_machine()]
    if len(sys.argv) < 2 or not set(rids) <= set(wheels.TAGS):
        sys.exit(f"python3 src/release.py OUT [RID...]; a RID is one of {', '.join(wheels.TAGS)}.")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        sys.exit(f"{out} is not empty.")

    os.environ["CI"] = "true"  # Paths of this machine stay out of what is compiled.
    os.environ["RunAnalyzers"] = "false"  # They take half of the time. The build that the tests run has them.
    with tempfile.TemporaryDirectory() as work:
        programs, found = {}, {}
        for rid in rids:
            programs[rid] = shutil.copytree(wheels.publish(rid), Path(work) / rid)
            found |= {component["purl"]: component for component in components_of(rid)}
        components = [found[purl] for purl in sorted(found)]
        notices = notices_of(components)
        for program in [*programs.values(), out]:
            (program / NOTICES).write_bytes(notices)
        platforms = [f"{rid.replace('osx', 'darwin').replace('win-', 'win32-')}={program}" for rid, program in programs.items()]
        run("node", "src/npm/pack.mjs", out.resolve(), *platforms)
        for rid, program in programs.items():
            wheels.build(out, rid, program)
            archive(out, rid, program)
    pack(out)
    (out / f"kvs-records-{VERSION}.cdx.json").write_text(sbom(components) + "\n")
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir()))
    (out / "SHA256SUMS").write_text(sums)
    print(sums, end="")


def run(*command) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def answer_of(*command) -> str:
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def commit_time() -> int:
    return int(answer_of("git", "log", "-1", "--format=%ct"))


def pack(out: Path) -> None:
    """The NuGet packages, whose parts have the time of the commit and no random names."""
    for project in PACKED:
        run("dotnet", "pack", "-c", "Release", f"-p:Notices={out.resolve() / NOTICES}", f"src/{project}", "-o", out.resolve())
    for package in out.glob("*.nupkg"):
        with zipfile.ZipFile(package) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = next(name for name in parts if name.endswith(".psmdcp"))
        fixed = f"{Path(name).parent}/{hashlib.sha256(package.name.encode()).hexdigest()[:32]}.psmdcp"
        parts[fixed] = parts.pop(name)
        # The ids of relations are random, and nothing refers to them.
        relations = parts["_rels/.rels"].decode().replace(name, fixed)
        numbers = iter(range(1, 100))
        parts["_rels/.rels"] = re.sub(r'Id="[^"]*"', lambda _: f'Id="R{next(numbers)}"', relations).encode()
        with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for part in sorted(parts):
                archive.writestr(zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0)), parts[part], zipfile.ZIP_DEFLATED)


def archive(out: Path, rid: str, program: Path) -> None:
    """The program with its licences, for people who unpack it."""
    folder = f"kvs-records-{VERSION}-{rid}"
    files = {path.name: path.read_bytes() for path in [*program.iterdir(), ROOT / "LICENSE"]}
    if rid.startswith("win"):
        with zipfile.ZipFile(out / f"{folder}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
            for name in sorted(files):
                target.writestr(zipfile.ZipInfo(f"{folder}/{name}"), files[name], zipfile.ZIP_DEFLATED)
        return
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as target:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime, entry.mode = len(files[name]), commit_time(), 0o755 if name.startswith(("kvs-records", "lib")) else 0o644
            target.addfile(entry, io.BytesIO(files[name]))
    (out / f"{folder}.tar.gz").write_bytes(gzip.compress(tar.getvalue(), mtime=0))


def components_of(rid: str) -> list:
    """Lists the packages that the program is made of, .NET itself, and the libraries that are linked into it. It was published last."""
    assets = json.loads((ROOT / "src/KvsRecords.Server/obj/project.assets.json").read_text())
    packages = {tuple(name.split("/")) for name, library in assets["libraries"].items() if library["type"] == "package"}
    for framework in assets["project"]["frameworks"].values():
        packages |= {(one["name"], one["version"].strip("[]").split(",")[0]) for one in framework.get("downloadDependencies", [])}
    cache = Path(answer_of("dotnet", "nuget", "locals", "global-packages", "--list").split(": ", 1)[1].strip())
    found = []
    for name, version in packages:
        if name.startswith(NOT_SHIPPED):
            continue
        folder = cache / name.lower() / version.lower()
        metadata = ElementTree.parse(next(folder.glob("*.nuspec"))).getroot()[0]
        of = {element.tag.split("}")[1]: element for element in metadata}
        license = of["license"].text if "license" in of and of["license"].get("type") == "expression" else "MIT"
        notices = [path.read_text(errors="replace") for path in sorted(folder.glob("THIRD-PARTY-NOTICES*"))]
        content = base64.b64decode(json.loads((folder / ".nupkg.metadata").read_text())["contentHash"])
        found.append(component(name, version, license, f"pkg:nuget/{name}@{version}", of.get("copyright", of["authors"]).text,
                               hashes=content.hex(), notices=notices))
    if rid.startswith("linux"):
        version = answer_of("dpkg-query", "-W", "-f", "${Version}", "libssl-dev")
        found.append(component("openssl", version, "Apache-2.0", f"pkg:deb/debian/openssl@{version}", "Copyright The OpenSSL Project Authors"))
    return found


def component(name, version, license, purl, copyright, hashes=None, notices=()) -> dict:
    return {"name": name, "version": version, "license": license, "purl": purl, "copyright": copyright, "hash": hashes, "notices": list(notices)}


def notices_of(components: list) -> bytes:
    lines = [f"kvs-records {VERSION} contains the following, each under its own licence.\n"]
    for each in components:
        lines.append(f"{each['name']} {each['version']}: {each['license']}\n    {each['copyright']}")
    mit = (ROOT / "LICENSE").read_text().split("\n\n", 2)[2]
    lines.append(f"\n--- MIT ---\n\n{mit}")
    for license in sorted({each["license"] for each in components} - {"MIT"}):
        lines.append(f"\n--- {license} ---\n\n{(LICENSES / f'{license}.txt').read_text()}")
    for text in sorted({text for each in components for text in each["notices"]}):
        lines.append(f"\n--- Notices of .NET ---\n\n{text}")
    return "\n".join(lines).replace("\r\n", "\n").encode()


def sbom(components: list) -> str:
    """A bill of materials by CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/)."""
    listed = [{
        "type": "library",
        "bom-ref": each["purl"],
        "name": each["name"],
        "version": each["version"],
        "purl": each["purl"],
        "copyright": each["copyright"],
        "licenses": [{"license": {"id": each["license"]}}],
        **({"hashes": [{"alg": "SHA-512", "content": each["hash"]}]} if each["hash"] else {}),
    } for each in components]
    root = f"pkg:generic/kvs-records@{VERSION}"
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root + json.dumps(listed))}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": root, "name": "kvs-records", "version": VERSION, "purl": root,
                                   "licenses": [{"license": {"id": "MIT"}}]}},
        "components": listed,
        "dependencies": [{"ref": root, "dependsOn": [each["purl"] for each in components]}],
    }
    return json.dumps(document, indent=2)


if __name__ == "__main__":
    main()
