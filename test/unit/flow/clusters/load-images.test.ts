import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadImages } from '../../../../src/flow/clusters/load-images.ts';
import { reachCluster } from '../../../../src/flow/clusters/reach.ts';
import { containing } from '../../../support/matching.ts';
import { scratchFolder } from '../../state/scratch.ts';
import { CLUSTER, clusterIn, double, type DoubleOptions, never, SHOP } from '../../../support/clusters/double.ts';

const SOURCES = [{ engine: 'box', references: ['app:1', 'tool:3'] }];

interface Loading {
  readonly calls: readonly string[];
  readonly said: readonly string[];
  readonly bytes: Promise<number>;
}

async function loading(options: DoubleOptions, signal = never): Promise<Loading> {
  const { workspace, calls } = double(options);
  const reached = await reachCluster(workspace, SHOP, CLUSTER, never);
  const said: string[] = [];
  const bytes = loadImages(workspace, reached, SOURCES, { signal, progress: (text) => void said.push(text) });
  await bytes.catch(() => undefined);
  return { calls, said, bytes };
}

let temporary = '';

beforeEach(() => {
  temporary = scratchFolder();
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('images into the nodes of a cluster', () => {
  it('go over as one archive, which is gone afterwards', async () => {
    const { calls, said, bytes } = await loading({ images: ['app:1', 'tool:3'] });

    expect(await bytes).toBe(15);
    expect(calls).toEqual(['save app:1 tool:3', 'load shop-dev: <app:1><tool:3>', 'close', 'close']);
    expect(said).toEqual([
      'saving app:1, tool:3 from box (1 MiB)',
      'loading 2 images into local/cluster.dev',
      'into shop-dev',
    ]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('are not begun with where one of them is missing', async () => {
    const { calls, bytes } = await loading({ images: ['app:1'] });

    await expect(bytes).rejects.toMatchObject({ code: 'object_missing', message: containing('tool:3') });
    expect(calls).toEqual(['save app:1 tool:3', 'close', 'close']);
  });

  it('are not even fetched for nodes that run no containers', async () => {
    const { calls, bytes } = await loading({ takesImages: false });

    await expect(bytes).rejects.toMatchObject({ code: 'unsupported', message: containing('runs no containers') });
    expect(calls).toEqual(['close']);
  });

  it('need a cluster that runs', async () => {
    const { calls, bytes } = await loading({ cluster: clusterIn('stopped') });

    await expect(bytes).rejects.toMatchObject({ code: 'not_running' });
    expect(calls).toEqual([]);
  });

  it('end with the signal, and leave nothing', async () => {
    const reason = new Error('enough');

    const { bytes } = await loading({ images: ['app:1', 'tool:3'] }, AbortSignal.abort(reason));

    await expect(bytes).rejects.toBe(reason);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
