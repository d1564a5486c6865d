import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appliedShop, reapplied, shopText } from '../../support/docker/applied-shop.ts';
import type { DockerRepo } from '../../support/docker/docker-repo.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { MANIFEST } from '../../support/shop.ts';

let repo: DockerRepo;

beforeAll(async () => {
  repo = await appliedShop();
});

beforeEach(() => reapplied(repo));

afterAll(() => repo[Symbol.asyncDispose]());

interface Explained {
  readonly live: { readonly name: string | null };
  readonly beside: readonly string[];
  readonly next: { readonly sentence: string };
  readonly fields: readonly {
    readonly field_path: string;
    readonly origin: string;
    readonly desired: unknown;
    readonly live: unknown;
  }[];
}

async function explain(...words: readonly string[]): Promise<Explained> {
  const { stdout, status } = await repo.trueup(['explain', ...words, '--output', 'json']);
  expect(status).toBe(0);
  expect(stdout).not.toContain('tomato-soup');
  const document: unknown = JSON.parse(stdout);
  expect(schemaErrors('explain', document)).toEqual([]);
  return document as Explained;
}

describe('explain, of containers', () => {
  it('says what is as declared, where nobody has touched anything', async () => {
    for (const word of ['service.web', 'service.job', 'network.default', 'image.busybox:1']) {
      expect((await explain(word)).next.sentence).toMatch(/^nothing to do: /);
    }
  });

  it('names each field that somebody changed with the tools of the engine', async () => {
    await repo.docker('update', '--memory', '64m', '--memory-swap', '128m', 'shop-web-1');
    await repo.docker('rename', 'shop-web-1', 'shop-other-1');

    const { next, fields } = await explain('web');

    const changed = fields.filter(({ desired, live }) => JSON.stringify(desired) !== JSON.stringify(live));
    expect(changed).toMatchObject([
      { field_path: "$['name']", desired: 'shop-web-1', live: 'shop-other-1' },
      { field_path: "$['resource_limits']['memory_limit']", desired: null, live: '64MiB' },
    ]);
    expect(next.sentence).toBe(
      'service.web will be replaced: resource_limits.memory_limit and name were changed outside of git, and resource_limits.memory_limit cannot be changed in place; `watch` and `serve` leave it alone, because its drift policy is report',
    );
  });

  it('tells what only carries the labels of a container from the container itself', async () => {
    const labels = JSON.parse(
      await repo.docker('inspect', '--format', '{{json .Config.Labels}}', 'shop-web-1'),
    ) as object;
    const flags = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${String(value)}`]);
    await repo.docker('create', '--name', 'copyx', ...flags, 'busybox:1', 'sleep', '1000');

    const { live, beside, next } = await explain('web');
    const drift = await repo.trueup(['drift', 'web']);
    await repo.docker('rm', 'copyx');

    expect([live.name, beside]).toEqual(['shop-web-1', ['copyx']]);
    expect(next.sentence).toBe('nothing to do: service.web is as declared');
    expect(drift.stdout).toContain(
      '+ service.web has copyx beside it, which carries its labels and is in no manifest [changed outside of git]',
    );
  });

  it('says why a change of git replaces, and what is the image its own', async () => {
    await repo.write({ [MANIFEST]: shopText({ word: 'bye' }) });

    const { next, fields } = await explain('web', '--all');

    expect(next.sentence).toBe(
      'service.web will be replaced: an edit that is not committed yet changed container.command, and that cannot be changed in place',
    );
    const origins = new Map(fields.map(({ field_path: path, origin }) => [path, origin]));
    expect(origins.get("$['environment_variables']['TOKEN']")).toBe('manifest');
    expect(origins.get("$['environment_variables']['PATH']")).toBe('image');
    expect(origins.get("$['container']['restart']")).toBe('default');
  });
});
