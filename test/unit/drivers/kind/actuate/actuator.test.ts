import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { kindActuator } from '../../../../../src/drivers/kind/actuate/actuator.ts';
import type { StepContext } from '../../../../../src/drivers/step-context.ts';
import type { Step } from '../../../../../src/model/plan.ts';
import { fakeNode, OWNERSHIP } from '../../../../support/kind/fake-nodes.ts';

const ENGINE = { name: 'nodes', place: 'unix:///engine', environment: { DOCKER_HOST: 'unix:///engine' } };
const CONTEXT: StepContext = {
  signal: new AbortController().signal,
  vault: { reveal: () => '', mask: (text) => text },
  owners: [OWNERSHIP.owner],
  run: '01test',
  ownership: { owner: OWNERSHIP.owner, project: 'shop', environment: 'local', checkout: null, revision: null },
  progress: () => {},
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kind-'));
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('a name that a cluster of somebody else has is refused before anything is fetched, or taken down', async () => {
  const theirs = fakeNode('shop-dev-control-plane', { ownership: { ...OWNERSHIP, owner: 'owner-2' } });
  await writeFile(join(folder, 'nodes.json'), JSON.stringify([theirs]));
  await writeFile(
    join(folder, 'docker'),
    `#!/bin/sh
echo "$1" >> ${folder}/asked
case $1 in
  ps) echo id-of-theirs ;;
  inspect) cat ${folder}/nodes.json ;;
  *) exit 1 ;;
esac
`,
    { mode: 0o755 },
  );
  const args = { name: 'shop-dev', previous: 'shop-old', config: { kubernetes_version: '1.36.3' } };
  const step: Step = {
    id: 'cluster.dev:fetch',
    address: 'cluster.dev',
    changed: 'cluster.dev',
    engine: 'nodes',
    name: 'shop-dev',
    phase: 'prepare',
    verb: 'fetch',
    args,
    cause: 'it is to be called otherwise',
    depends_on: [],
  };

  const fetching = kindActuator(ENGINE).run(step, CONTEXT);

  await expect(fetching).rejects.toMatchObject({ code: 'name_in_use', fields: { cluster: 'shop-dev' } });
  expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('ps\ninspect\n');
});
