/** Opens a vault when told to, and says what a text becomes in it. */
import { once } from 'node:events';
import { openVault } from '../../../../src/state/vault.ts';

const { keyPath, plain } = JSON.parse(process.argv[2] ?? '{}') as { keyPath: string; plain: string };
console.log('"ready"');
await once(process.stdin, 'data');
console.log(JSON.stringify((await openVault({ persist: true, keyPath })).seal(plain)));
process.stdin.destroy();
