import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/serve/clock.ts';
import { FreezeWatch } from '../../../src/serve/loop/freeze-watch.ts';
import { eventually } from '../../support/eventually.ts';
import { scratchFolder } from '../git/scratch-repo.ts';

interface Watched {
  readonly path: string;
  /** Somebody freezes something of an environment. */
  freeze(environment: string): void;
  /** Resolves once that was heard of; what was heard before does not count. */
  hears(environment: string): Promise<boolean>;
}

function watched(): Watched {
  const path = join(scratchFolder(), '.trueup');
  mkdirSync(path);
  const heard = new Set<string>();
  const watch = new FreezeWatch({ path, clock: systemClock(), changed: (name) => void heard.add(name) });
  onTestFinished(() => watch[Symbol.dispose]());
  let count = 0;
  return {
    path,
    freeze(environment) {
      heard.clear();
      const folder = join(path, 'freezes', environment);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `service.web-${(count += 1)}.json`), '{}');
    },
    hears: (environment) => eventually(() => heard.has(environment), `a freeze of ${environment}`),
  };
}

describe('a freeze is heard of', () => {
  it('in folders that were not there before', async () => {
    const one = watched();

    one.freeze('local');
    expect(await one.hears('local')).toBe(true);
    one.freeze('staging');
    expect(await one.hears('staging')).toBe(true);
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);
  });

  it('after all that is remembered was removed', async () => {
    const one = watched();
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);

    rmSync(one.path, { recursive: true });
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);

    renameSync(one.path, `${one.path}.aside`);
    one.freeze('staging');
    expect(await one.hears('staging')).toBe(true);
  });

  it('after the folder of an environment was made anew', async () => {
    const one = watched();
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);

    rmSync(join(one.path, 'freezes', 'local'), { recursive: true });
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);
    one.freeze('local');
    expect(await one.hears('local')).toBe(true);
  });
});
