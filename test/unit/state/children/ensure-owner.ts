/** Makes owner ids when told to, and says what it got. */
import { once } from 'node:events';
import { ensureOwner } from '../../../../src/state/owners.ts';

const { gitDir } = JSON.parse(process.argv[2] ?? '{}') as { gitDir: string };
console.log('"ready"');
await once(process.stdin, 'data');
console.log(JSON.stringify(await ensureOwner(gitDir)));
process.stdin.destroy();
