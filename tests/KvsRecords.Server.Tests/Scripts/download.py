"""Downloads what each line on standard input names (URL, file and perhaps a range, between tabs), in the way of the standard library
that the argument names, and says of each what a program would believe: "whole", or what was raised."""

import http.client
import shutil
import sys
import urllib.parse
import urllib.request


def urlopen(url, path, headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response, open(path, "wb") as file:
        file.write(response.read())


def copyfileobj(url, path, headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response, open(path, "wb") as file:
        shutil.copyfileobj(response, file)


def http_client(url, path, headers):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        response = connection.getresponse()
        if response.status not in (200, 206):
            raise http.client.HTTPException(f"status {response.status}")
        with open(path, "wb") as file:
            file.write(response.read())
    finally:
        connection.close()


def download(way, url, path, byte_range=None):
    try:
        globals()[way](url, path, {"Range": byte_range} if byte_range else {})
        return "whole"
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}".replace("\n", " ")


for line in sys.stdin.read().splitlines():
    print(download(sys.argv[1], *line.split("\t")))
