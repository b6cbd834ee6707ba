"""What programs in Python do with the API, with nothing but the standard library.

client.py BASE TOKEN COMMAND ARGUMENT... prints what it has seen as JSON.
"""

import gzip
import hashlib
import http.client
import io
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile

base, token, command, *arguments = sys.argv[1:]
authorization = {"Authorization": f"Bearer {token}"}


def ask(method, path, body=None, headers=()):
    request = urllib.request.Request(base + path, body, {**authorization, **dict(headers)}, method=method)
    return urllib.request.urlopen(request, timeout=30)


def connect():
    return http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=30)


def error(method, path):
    try:
        with ask(method, path):
            raise AssertionError("There was no error.")
    except urllib.error.HTTPError as fault:
        return {"code": fault.code, "reason": fault.reason, "type": fault.headers.get_content_type(), "body": json.load(fault)}


def round_trip(name):
    with ask("POST", f"/v2/key-value-stores?name={name}") as answer:
        records = f"/v2/key-value-stores/{json.load(answer)['data']['id']}"
    text = "Příliš žluťoučký kůň\0\r\n"
    with ask("PUT", f"{records}/records/text", text.encode(), {"Content-Type": "text/plain; charset=utf-8"}) as answer:
        created = answer.status
    packed = gzip.compress(json.dumps({"text": text}).encode())
    ask("PUT", f"{records}/records/json", packed, {"Content-Type": "application/json", "Content-Encoding": "gzip"}).close()

    with ask("GET", f"{records}/records/text") as answer:
        charset = answer.headers.get_content_charset()
        same_text = answer.read().decode(charset) == text
    with ask("GET", f"{records}/records/json") as answer:
        same_json = json.load(answer) == {"text": text}
    with ask("GET", f"{records}/keys") as answer:
        keys = [item["key"] for item in json.load(answer)["data"]["items"]]
    with ask("DELETE", f"{records}/records/text") as answer:
        deleted = answer.status
    gone = error("GET", f"{records}/records/text")["code"]
    return {"statuses": [created, deleted, gone], "charset": charset, "same": [same_text, same_json], "keys": keys}


def files(archive):
    return {entry.filename: hashlib.sha256(archive.read(entry)).hexdigest() for entry in archive.infolist()}


def archive(path):
    with ask("GET", path) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as archive:
        return files(archive)


class RemoteFile(io.RawIOBase):
    """A file that stays where it is: what is read of it is asked for as a range."""

    def __init__(self, path):
        self.path, self.position, self.received = path, 0, 0
        with ask("HEAD", path) as answer:
            self.length, self.tag = int(answer.headers["Content-Length"]), answer.headers["ETag"]

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        self.position = offset + (0, self.position, self.length)[whence]
        return self.position

    def tell(self):
        return self.position

    def readinto(self, buffer):
        last = min(self.position + len(buffer), self.length) - 1
        if last < self.position:
            return 0
        with ask("GET", self.path, headers={"Range": f"bytes={self.position}-{last}", "If-Range": self.tag}) as answer:
            assert answer.status == 206, answer.status
            part = answer.read()
        buffer[: len(part)] = part
        self.position += len(part)
        self.received += len(part)
        return len(part)


def one_of_archive(path, name):
    remote = RemoteFile(path)
    with zipfile.ZipFile(remote) as archive:
        digest = hashlib.sha256(archive.read(name)).hexdigest()
    return {"digest": digest, "received": remote.received, "length": remote.length}


def resume(path, count, key):
    """Leaves after so many bytes, goes on, and goes on again after the record has been changed."""
    count = int(count)
    first = ask("GET", path)
    tag, start = first.headers["ETag"], first.read(count)
    first.close()
    go_on = {"Range": f"bytes={count}-", "If-Range": tag}
    with ask("GET", path, headers=go_on) as answer:
        statuses, whole = [answer.status], start + answer.read()
    ask("PUT", f"{path}/{key}", b"changed").close()
    with ask("GET", path, headers=go_on) as answer:
        statuses.append(answer.status)
        changed = answer.read()
    with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(io.BytesIO(changed)) as after:
        return {"statuses": statuses, "before": files(before), "after": files(after)}


def chunked(path, count):
    connection = connect()
    body = (b"%d;" % i for i in range(int(count)))
    connection.request("PUT", path, body, authorization, encode_chunked=True)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def one_connection(records):
    """Answers with a body and without, and errors, one after the other on one connection."""
    connection = connect()
    connection.connect()
    socket = connection.sock
    seen = []
    for method, path, body in [
        ("PUT", "/one", b"value"), ("HEAD", "/one", None), ("GET", "/one", None), ("GET", "/two", None), ("HEAD", "/two", None),
        ("DELETE", "/one", None), ("PATCH", "/one", b"value"), ("PUT", "/%20", b"value"), ("GET", "", None), ("GET", "/one", None),
    ]:
        connection.request(method, records + path, body, authorization)
        answer = connection.getresponse()
        answer.read()
        seen.append(f"{method} {answer.status}")
        if connection.sock is not socket:
            seen.append("another connection")
            socket = connection.sock
    return seen


commands = {
    "archive": archive,
    "chunked": chunked,
    "error": error,
    "one-connection": one_connection,
    "one-of-archive": one_of_archive,
    "resume": resume,
    "round-trip": round_trip,
}
json.dump(commands[command](*arguments), sys.stdout)
