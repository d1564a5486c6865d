import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { privateKubeconfig } from '../../../../src/cli/kubectl/private-kubeconfig.ts';
import { scratchFolder } from '../../state/scratch.ts';

it('is for its user alone, and gone afterwards', async () => {
  const parent = scratchFolder();
  const listening = process.listenerCount('exit');
  {
    await using file = await privateKubeconfig('kind: Config\n', parent);

    expect(readFileSync(file.path, 'utf8')).toBe('kind: Config\n');
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700);
  }
  expect(readdirSync(parent)).toEqual([]);
  expect(process.listenerCount('exit')).toBe(listening);
});
