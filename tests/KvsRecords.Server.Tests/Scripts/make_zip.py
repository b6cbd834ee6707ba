"""Makes an archive of a folder as programs of other systems do: make_zip.py compress-archive|ditto|links|huge FOLDER ARCHIVE"""
import os
import struct
import sys
import time
import zipfile

UNIX, FAT = 3, 0
style, folder, archive = sys.argv[1:]
parent = os.path.dirname(folder)

# AppleDouble, version 2, with Finder's 32 bytes and an empty resource fork, as macOS keeps a file's attributes.
apple_double = struct.pack('>II16sH', 0x00051607, 0x00020000, b'Mac OS X        ', 2) \
    + struct.pack('>IIIIII', 9, 50, 32, 2, 82, 0) + bytes(32)


def files():
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            yield path, os.path.relpath(path, parent)


def entry(name, system, attributes, method=zipfile.ZIP_DEFLATED, mtime=None):
    info = zipfile.ZipInfo(name, time.gmtime(mtime or time.time())[:6])
    info.create_system, info.create_version, info.external_attr, info.compress_type = system, 20, attributes, method
    return info


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def compress_archive(zip_file):
    # Windows PowerShell 5.1: the folder's own name first, backslashes, FAT, no attributes.
    for path, name in files():
        zip_file.writestr(entry(name.replace('/', '\\'), FAT, 0, mtime=os.path.getmtime(path)), content(path))
    zip_file.writestr(entry(os.path.basename(folder) + '\\empty\\', FAT, 0), b'')


def ditto(zip_file):
    # 'ditto -c -k --sequesterRsrc --keepParent', and Finder: folders, data descriptors, and the attributes in a tree of their own.
    seen = set()
    for path, name in files():
        steps = name.split('/')[:-1]
        for count in range(1, len(steps) + 1):
            step = '/'.join(steps[:count]) + '/'
            if step not in seen:
                seen.add(step)
                zip_file.writestr(entry(step, UNIX, 0o40755 << 16 | 0x4000, zipfile.ZIP_STORED), b'')
                zip_file.writestr(entry(step + '.DS_Store', UNIX, 0o100644 << 16), b'\0\0\0\1Bud1' + bytes(100))
                zip_file.writestr(entry('__MACOSX/' + step + '._.DS_Store', UNIX, 0o100644 << 16), apple_double)
        zip_file.writestr(entry(name, UNIX, 0o100644 << 16 | 0x4000, mtime=os.path.getmtime(path)), content(path))
        head, tail = os.path.split(name)
        zip_file.writestr(entry(f'__MACOSX/{head}/._{tail}', UNIX, 0o100644 << 16 | 0x4000), apple_double)


def links(zip_file):
    # 'zip --symlinks'.
    for path, name in files():
        zip_file.writestr(entry(name, UNIX, 0o100644 << 16), content(path))
        zip_file.writestr(entry(name + '-link', UNIX, 0o120777 << 16, zipfile.ZIP_STORED), b'/etc/passwd')


def huge(zip_file):
    # Says that its files have an exabyte each.
    for path, name in files():
        info = entry(name, UNIX, 0o100644 << 16)
        zip_file.writestr(info, content(path))
        info.file_size = 1 << 60


class Unseekable:
    def __init__(self, file):
        self.write, self.flush = file.write, file.flush


with open(archive, 'wb') as file, zipfile.ZipFile(Unseekable(file) if style == 'ditto' else file, 'w') as zip_file:
    {'compress-archive': compress_archive, 'ditto': ditto, 'links': links, 'huge': huge}[style](zip_file)
