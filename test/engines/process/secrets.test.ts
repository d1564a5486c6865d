import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processModel } from '../../../src/drivers/process/model.ts';
import { eventually, kill, pidOf, readProc, SECRETS, script, TestEngine } from './support.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe('a secret', () => {
  const plain = SECRETS['abc'] ?? '';
  const variables = { TOKEN: { $secret: 'abc' }, OTHER: 'shown' };

  it('reaches the command, and stands nowhere in the registry', async () => {
    const command = [...script('[ "$1" = "$TOKEN" ] && echo equal; exec sleep 600'), 'x', { $secret: 'abc' }];
    await engine.up({ command, variables, restart: 'always' });
    await eventually(() => engine.log() === 'equal\n', 'the comparison');

    const kept = filesUnder(engine.root).filter((path) => readFileSync(path, 'latin1').includes(plain));
    expect(kept).toEqual([]);
    expect(readFileSync(join(engine.folder(), 'entry.json'), 'utf8')).toContain('"$secret": "abc"');
  });

  it('is not in the arguments of the shim, and is still there after a restart by policy', async () => {
    const first = await engine.up({ variables, restart: 'always' });
    const shim = Number(readProc(pidOf(first), 'stat').split(' ')[3]);
    expect(readProc(shim, 'cmdline')).not.toContain(plain);

    kill(pidOf(first));

    const second = await eventually(async () => {
      const object = await engine.look();
      return object.status.restarts === 1 && object.status.run_state === 'running' ? object : null;
    }, 'the restart');
    await eventually(() => readProc(pidOf(second), 'environ').includes(`TOKEN=${plain}\0`), 'the secret');
  });

  it('is compared by its keyed hash', async () => {
    const object = await engine.up({ variables });

    const compared = processModel.comparable('service', object.configured, null);

    expect(compared['environment_variables']).toEqual(variables);
  });
});
