// What the tests write, on purpose awkward.

/** Text of several scripts, with what breaks careless code: quotes, NUL, line ends, a surrogate pair, combining marks. */
export const nastyText = 'Příliš žluťoučký kůň – 日本語, العربية, 👩‍🚀 e\u0301 "quoted" \\ \u0000 \r\n\t end';

/** Each character that a key may have, alone (but for the dot, which is a folder's name), and keys made of many of them. */
export const allowedKeys = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!-_'()",
  '.hidden', 'a.b', '...', "!-_.'()", "Rock_'n'_Roll_(1).json", 'k'.repeat(256), "'.".repeat(128),
];
