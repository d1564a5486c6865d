import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'environments');

interface Graph {
  readonly dependencies: readonly { readonly from: string; readonly to: string }[];
}

async function withExamples(): Promise<ScratchRepo> {
  const repo = await scratchRepo();
  cpSync(EXAMPLES, join(repo.root, 'environments'), { recursive: true });
  await repo.commit();
  return repo;
}

describe('the examples of this repo', () => {
  it('are valid, all together', async () => {
    await using repo = await withExamples();

    const { status, stdout, stderr } = await repo.trueup(['validate']);

    expect(status, stdout + stderr).toBe(0);
    for (const name of readdirSync(EXAMPLES)) expect(stdout).toContain(name);
  });

  it('have one in which a VM, a cluster, containers and a process wait for each other', async () => {
    await using repo = await withExamples();

    const { stdout } = await repo.trueup(['graph', 'lab', '--format', 'json']);

    const { dependencies } = JSON.parse(stdout) as Graph;
    const waits = dependencies.map(({ from, to }) => `${from} ${to}`);
    expect(waits).toEqual(
      expect.arrayContaining([
        'vm.box service.board',
        'service.guest vm.box',
        'service.keeper vm.box',
        'service.keeper cluster.dev',
        'service.keeper service.guest',
      ]),
    );
  });
});
