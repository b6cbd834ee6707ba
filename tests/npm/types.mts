// Compiles only while the types are those that are documented.
import { type Fault, type KvsRecordsServer, type ReceivedRequest, startKvsRecords } from 'kvs-records';
import { kvsRecords as forNode } from 'kvs-records/node-test';
import { kvsRecords as forVitest } from 'kvs-records/vitest';

const fault: Fault = { operation: 'downloadRecords', effect: 'truncate', bytes: 10 };
{
  await using server: KvsRecordsServer = await startKvsRecords({ seed: ['storage'], config: 'c.json', env: { A: 'b' }, log: (line) => line.trim() });
  const requests: ReceivedRequest[] = await server.requests({ operation: 'getRecord' });
  const status: number | null = requests[0].status;
  await server.setClock({ offsetSecs: 1 });
  await server.setClock(null);
  await server.setFaults(fault);
  await server.reset();
  console.log(status, server.url.length + server.token.length, server.env.APIFY_TOKEN);
}
const servers: KvsRecordsServer[] = [forNode(), forVitest({ storage: 'storage' })];
console.log(servers);

// @ts-expect-error A misspelt option is an error.
void startKvsRecords({ seeds: 'storage' });
// @ts-expect-error An effect that is none is an error.
const none: Fault = { effect: 'none' };
console.log(none);
