// Keys, on purpose awkward.

/** Every character that the API takes in a key. */
export const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!-_.'()";

/** Each alone, but for the dot, which is a folder's name; and each first, last and doubled. */
export const ofEachCharacter = [...alphabet].flatMap((c) => [c, `${c}key`, `key${c}`, c + c]).filter((key) => !/^\.{1,2}$/.test(key));

/** What looks like an option, a hidden file, an extension, a device of Windows, or is another key in other case. */
export const odd = [
  '-', '--', '-rf', '--help', '-x.txt', '-@', '...', '....', '.hidden', 'a.', 'a..', 'a...', '.a.', 'a.b.c.d', '_', '__', "'", "''", '()', '!', '!!', "!-_.'()",
  'CON', 'con', 'NUL', 'nul.json', 'COM1', 'COM1.json', 'LPT9.txt', 'AUX.', 'PRN..', 'CLOCK_', 'readme', 'README', 'ReadMe', 'readme.TXT', 'README.txt',
  'INPUT', 'OUTPUT', 'constructor', 'toString', 'hasOwnProperty', '0', '1', '10', '2', '00', '-1', '1e3', "Rock_'n'_Roll_(1).json", 'mimetype', 'META-INF',
];

/** As long as a folder can hold them in either layout, where it does not encode them. */
export const long = [64, 100, 128, 200, 236, 237].flatMap((length) => ['k'.repeat(length), 'k'.repeat(length - 1) + 'K']);

/** Longer than the name of a file can be, beside its sidecar or at all; 256 characters are the most that the API takes. */
export const longerThanFileNames = ['m'.repeat(250), 'm'.repeat(255), "'.".repeat(128), 'n'.repeat(256), '-' + 'n'.repeat(254) + '.'];

/** Not of the API's alphabet, but crawlers write them. The last two sort otherwise as UTF-16 than as UTF-8. */
export const beyondAscii = [
  'Příliš žluťoučký kůň.txt', '日本語', 'العربية', 'עברית.json', 'ﬁ', 'ß', 'İ', '👩‍🚀', 'naïve café', 'Ω', '\u00a0', '\u200b', '\u202egpj.exe', '\uff0e\uff0e',
  ' ', ' first', 'last ', 'a b', '%41', '100%', 'a+b', 'a&b', 'a=b', '*', '?', '<>', '|', '"', '`', '$HOME', '~', '#', ';', ',', '@', '[a]', '{a}', '^', 'å'.repeat(39),
  '\u{10000}', '\uffee',
];

/** The same letter, composed and not: as keys they are two, on some disks they are one. */
export const sameWhenComposed = ['é', 'e\u0301'];

/** With slashes: what an API's prefix such as "images/" is for. */
export const withSlashes = ['images/1.png', 'images/2.png', 'images.png', 'a/b', 'a/b2/c', 'deep/'.repeat(20) + 'file', 'x/...', 'x/.y', 'x/-', 'ž/日本'];

/** What is no name on a disk of Windows, and what is not one in a careless program of JavaScript. */
export const colon = ['ab:c'];
export const prototype = ['__proto__', 'prototype'];

/** A file and a folder of the same name: as keys they are two, on a disk they cannot be. */
export const fileAndFolder = ['images', 'images/1.png'];

/** What an archive must not have, because it could be unpacked into another folder. */
export const unsafe = ['.', '..', '../up', 'a/../b', '/absolute', 'a//b', 'folder/', 'back\\slash', 'c:drive', 'line\nend', 'nul\u0000', '\u0085'];
