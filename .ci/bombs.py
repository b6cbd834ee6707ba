# Asks for .ci/bombs: python3 bombs.py ADDRESS PROCESS TABLE
import base64
import gzip
import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit

address, process, table = urlsplit(sys.argv[1]), sys.argv[2], sys.argv[3]
MAX_MEMORY = 100e6  # bytes above an idle server
MAX_TIME = 5  # seconds: the deadline of two, and what a busy machine adds
MAX_HEALTH = 2  # seconds
MAX_BROTLI = 600e6  # 280 to 490 MB: the allocator keeps what decoders have freed, for the next ones
MIB = 1024 * 1024
FULL = 64 * MIB
TOKENS = 1_000_000
ZEROS = base64.b64decode('z///fwAkAOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf/Aw==')  # 64 MiB in brotli
BOMB = base64.b64decode('z///fwAkAOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//+f//D4AEQBwWgO79P////wGQAIjDAtC9/+f//z8AEgBxWAC69//8//8HQAIgDgtA9/6f////AEgAxGEB6N7/8///HwAJgDgsAN37f/7//wMgARCHBaB7/8///38AJADisAB07//5//8PgARAHBaA7v0/////AZAAiMMC0L3/5///PwASAHFYALr3//z//wdAAiAOC0D3/p////8ASADEYQHo3v/z//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//+f//D4AEQBwWgO79P////wGQAIjDAtC9/+f//z8AEgBxWAC69//8//8HQAIgDgtA9/6f////AEgAxGEB6N7/8///HwAJgDgsAN37f/7//wMgARCHBaB7/8///38AJADisAB07//5//8PgARAHBaA7v0/////AZAAiMMC0L3/5///PwASAHFYALr3//z//wdAAiAOC0D3/p////8ASADEYQHo3v/z//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//+f//D4AEQBwWgO79P////wGQAIjDAtC9/+f//z8AEgBxWAC69//8//8HQAIgDgtA9/6f////AEgAxGEB6N7/8///HwAJgDgsAN37f/7//wMgARCHBaB7/z8=')
LONG = b'ab' * (16 * 1024)


def ask(method, path, body=None, headers={}, timeout=120):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)
    connection.request(method, path, body, {'Authorization': 'Bearer apify_api_dev', 'Content-Type': 'application/json', **headers})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def memory(what):
    with open(f'/proc/{process}/status') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(what))


def forget_peak():
    with open(f'/proc/{process}/clear_refs', 'w') as file:
        file.write('5')


def make(name, schema):
    body = {'schema': {'actorKeyValueStoreSchemaVersion': 1, 'title': 't', 'collections': {
        'a': {'keyPrefix': 'a', 'contentTypes': ['application/json'], 'jsonSchema': schema}}}}
    status, text = ask('POST', f'/v2/key-value-stores?name={name}', json.dumps(body))
    assert status in (200, 201), text


class Health(threading.Thread):
    """Asks for the health all the time; how long it took at most."""

    def __init__(self):
        super().__init__()
        self.longest, self.ends = 0, False
        self.start()

    def run(self):
        while not self.ends:
            began = time.monotonic()
            status, _ = ask('GET', '/_emulator/health')
            assert status == 200
            self.longest = max(self.longest, time.monotonic() - began)
            time.sleep(0.02)

    def end(self):
        self.ends = True
        self.join()
        return self.longest


def items(item, total=FULL, most=TOKENS):
    """A list of that many bytes, or of almost as many values as are allowed."""
    count = min((total - 2) // (len(item) + 1), most - 1)
    return b'[' + (item + b',') * (count - 1) + item + b']'


def texts(value, count):
    return json.dumps([value] * count).encode()


def distinct(count, width):
    return b'[' + b','.join(b'"%0*d"' % (width, i) for i in range(count)) + b']'


integers = {'type': 'array', 'items': {'type': 'integer'}}
backtracking = {'items': {'pattern': '^(a+)+$'}}
cases = [
    # what, schema, body, encoding, status
    ('58 KB of gzip: 30 million integers', integers, gzip.compress(b'[' + b'0,' * 30_000_000 + b'0]'), 'gzip', 400),
    ('58 KB of gzip: 64 MiB of objects in objects', {}, gzip.compress(items(b'{"":{"":{}}}', most=10 ** 9)), 'gzip', 400),
    ('1,000,000 values in 2 MB', integers, items(b'0'), None, 201),
    ('1,000,000 values in 64 MiB', integers, items(b' ' * 64 + b'1'), None, 201),
    ('1,000,000 different values in 64 MiB, `uniqueItems`', {'uniqueItems': True}, distinct(TOKENS - 1, 64), None, 201),
    ('1,000,000 wrong values in 64 MiB', {'items': {'type': 'string'}}, items(b' ' * 64 + b'1'), None, 400),
    ('an object of 490,000 members in 64 MiB', {'additionalProperties': {'type': 'integer'}, 'propertyNames': {'pattern': '^k'}},
     b'{' + b','.join(b'"k%0125d":1' % i for i in range(490_000)) + b'}', None, 201),
    ('one text of 64 MiB, `maxLength`', {'maxLength': FULL}, b'"' + b'a' * (FULL - 2) + b'"', None, 201),
    ('one text of 64 MiB, `pattern`', {'pattern': 'a'}, b'"' + b'a' * (FULL - 2) + b'"', None, 400),
    ('one text of 64 MiB in escapes, `enum`', {'enum': ['b']}, b'"' + b'\\u0061' * ((FULL - 2) // 6) + b'"', None, 400),
    ('one name of 64 MiB, `properties`', {'properties': {'b': {}}}, b'{"' + b'a' * (FULL - 6) + b'":1}', None, 400),
    ('one number of 64 MiB, `multipleOf`', {'multipleOf': 7, 'minimum': 0, 'type': 'integer'}, b'1' * FULL, None, None),
    ('`1e99999999`, `multipleOf`', {'multipleOf': 7}, b'1e99999999', None, None),
    ('400 texts that a pattern goes back and forth in', backtracking, texts('a' * 40 + '!', 400), None, 400),
    ('one text of 32 KiB that a pattern goes back and forth in', {'pattern': '^(a|b|ab)*(a|b|ab)*c$'}, b'"' + LONG + b'"', None, 400),
    ('the same with 100 groups', {'pattern': '^' + '(' * 100 + 'a|b|ab' + ')*' * 100 + 'c$'}, b'"' + LONG + b'"', None, 400),
    ('all at once: 990,000 different texts in 64 MiB, and such a one at their end', {'uniqueItems': True, 'items': {'pattern': '^0|^(a|b|ab)*(a|b|ab)*c$'}},
     distinct(990_000, 64)[:-1] + b',"' + LONG + b'"]', None, 400),
    ('names that a pattern goes back and forth in', {'patternProperties': {'^(a+)+$': {}}},
     json.dumps({'a' * 40 + f'!{i}': 1 for i in range(400)}).encode(), None, 400),
    ('20,000 objects and an `enum` of 20,000', {'items': {'not': {'enum': [{'a': i} for i in range(20_000)]}}},
     json.dumps([{'a': -1}] * 20_000).encode(), None, 400),
    ('500,000 numbers that differ in their 40th digit, `uniqueItems`', {'uniqueItems': True},
     b'[' + b','.join(b'1.%034d%06d' % (0, i) for i in range(500_000)) + b']', None, 400),
    ('1,000 names in `required` of an object of 400,000', {'required': [f'k{i}' for i in range(1_000)]},
     b'{' + b','.join(b'"x%d":1' % i for i in range(400_000)) + b'}', None, 400),
    ('references that double at each of 60 levels', {'properties': {'a': {'anyOf': [{'$ref': '#'}, {'$ref': '#'}]}}, 'not': {'type': 'integer'}},
     b'{"a":' * 60 + b'1' + b'}' * 60, None, 400),
]

for number, (_, schema, *_) in enumerate(cases):
    make(f's{number}', schema)
for warm in range(3):
    ask('PUT', '/v2/key-value-stores/~s0/records/a', b'[1]')
time.sleep(1)
idle = memory('VmRSS')
rows, failed = [], []


def add(what, above, took, beside, status, holds):
    rows.append((what, above, took, beside, status))
    print(f'{what}: {above / 1e6:.0f} MB above {idle / 1e6:.0f} MB, {took:.2f} s, health {beside:.2f} s, {status}')
    if not holds or beside > MAX_HEALTH:
        failed.append(what)


for number, (what, _, body, encoding, expected) in enumerate(cases):
    forget_peak()
    health, began = Health(), time.monotonic()
    status, text = ask('PUT', f'/v2/key-value-stores/~s{number}/records/a', body, {'Content-Encoding': encoding} if encoding else {})
    took, beside, above = time.monotonic() - began, health.end(), memory('VmHWM') - idle
    print(json.loads(text)['error']['message'][:200] if status != 201 else 'Written.')
    add(what, above, took, beside, status, above <= MAX_MEMORY and took <= MAX_TIME + len(body) / 40e6 and expected in (None, status))

# Schemas are read and compiled in the request that declares them.
linked = {f'a{i}': {'$ref': f'#/definitions/a{i + 1}'} for i in range(9_000)}
for what, schema in [
    ('a schema of 9,000 definitions, each with a reference to the next', {'definitions': {**linked, 'a9000': {}}, 'allOf': [{'$ref': '#/definitions/a0'}]}),
    ('a schema of 4,900 names, each with a reference to the next', {
        'definitions': {f'a{i}': {'$id': f'#a{i}', 'allOf': [{'$ref': f'#a{i + 1}'}]} for i in range(4_900)}, 'allOf': [{'$ref': '#a0'}]}),
    ('a schema of 90 patterns of 10,000 characters', {'allOf': [{'pattern': '(a|b)*c+' * 1_250} for _ in range(90)]}),
]:
    forget_peak()
    health, began = Health(), time.monotonic()
    make(f'declared-{len(rows)}', schema)
    took, beside, above = time.monotonic() - began, health.end(), memory('VmHWM') - idle
    add(what, above, took, beside, 201, above <= MAX_MEMORY and took <= MAX_TIME)

# Several at once, of which as many are checked at once as there are cores.
forget_peak()
health, began, statuses = Health(), time.monotonic(), []
crowd = [threading.Thread(target=lambda: statuses.append(ask('PUT', '/v2/key-value-stores/~s13/records/a', cases[13][2])[0])) for _ in range(8)]
for one in crowd:
    one.start()
for one in crowd:
    one.join()
took, beside, above = time.monotonic() - began, health.end(), memory('VmHWM') - idle
add('eight clients at once with 400 texts that a pattern goes back and forth in', above, took, beside, statuses[0], statuses == [400] * 8 and took <= MAX_TIME * 8)

# Those that leave: their checks end with them.
forget_peak()
health = Health()
for _ in range(40):
    try:
        ask('PUT', '/v2/key-value-stores/~s13/records/a', texts('a' * 40 + '!', 400), timeout=0.1)
    except TimeoutError:
        pass
began = time.monotonic()
status, _ = ask('PUT', '/v2/key-value-stores/~s0/records/a', b'[1]')
took, beside, above = time.monotonic() - began, health.end(), memory('VmHWM') - idle
add('the next value, after 40 clients that left during a check', above, took, beside, status, took <= MAX_HEALTH and status == 201)

# Decoders of brotli, which keep up to 16 MiB of what they have decoded. One that has no turn soon is answered with 503.
ask('POST', '/v2/key-value-stores?name=any')
forget_peak()
health, began, statuses = Health(), time.monotonic(), set()
crowd = [threading.Thread(target=lambda number=number: statuses.add(
    ask('PUT', f'/v2/key-value-stores/~any/records/{number}', ZEROS, {'Content-Encoding': 'br'})[0])) for number in range(100)]
for one in crowd:
    one.start()
for one in crowd:
    one.join()
took, beside, above = time.monotonic() - began, health.end(), memory('VmHWM') - idle
add(f'100 clients at once with {len(ZEROS)} bytes of brotli that stand for 64 MiB', above, took, beside, ', '.join(map(str, sorted(statuses))),
    above <= MAX_BROTLI and statuses <= {201, 503})
began = time.monotonic()
status, _ = ask('PUT', '/v2/key-value-stores/~any/records/bomb', BOMB, {'Content-Encoding': 'br'})
add(f'{len(BOMB)} bytes of brotli that stand for 1 GiB', memory('VmHWM') - idle, time.monotonic() - began, 0, status, status == 413)

with open(table, 'w') as file:
    file.write('| what is written | memory above idle | time | health beside it | status |\n| --- | ---: | ---: | ---: | ---: |\n')
    for what, above, took, beside, status in rows:
        file.write(f'| {what} | {above / 1e6:.0f} MB | {took:.1f} s | {beside * 1000:.0f} ms | {status} |\n')
sys.exit(f'Beyond a limit: {"; ".join(failed)}' if failed else 0)
