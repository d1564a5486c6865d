/** Records many resources without ever flushing, and says so after the first. */
import { setImmediate as turn } from 'node:timers/promises';
import { addressOf } from '../../../../src/model/address.ts';
import { stateFolder } from '../../../../src/state/folder.ts';
import { openRecordedStore } from '../../../../src/state/recorded.ts';

const { root, count } = JSON.parse(process.argv[2] ?? '{}') as { root: string; count: number };
const store = await openRecordedStore(stateFolder(root), 'local');
for (let index = 0; index < count; index += 1) {
  store.record(addressOf('service', `s${index % 2000}`), {
    engine: 'process',
    name: `n${index}`,
    config: {},
    revision: null,
    unfinished: false,
  });
  if (index === 0) console.log('"started"');
  await turn();
}
