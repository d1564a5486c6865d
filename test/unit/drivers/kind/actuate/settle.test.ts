import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { kindActuator } from '../../../../../src/drivers/kind/actuate/actuator.ts';
import type { StepContext } from '../../../../../src/drivers/step-context.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
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
  // What no file is in, and what would be told to any command that changes something.
  const script = `#!/bin/sh
echo "$(basename "$0") $*" >> ${folder}/asked
case $1 in
  ps) echo id ;;
  inspect) cat ${folder}/nodes.json ;;
  cp) [ "$2" = - ] || { echo "Error: No such container:path: $2" >&2; exit 1; } ;;
esac
`;
  for (const name of ['docker', 'kind']) await writeFile(join(folder, name), script, { mode: 0o755 });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function told(verb: 'update' | 'populate', ...nodes: readonly JsonObject[]): Promise<JsonObject> {
  await writeFile(join(folder, 'nodes.json'), JSON.stringify(nodes));
  return kindActuator(ENGINE).run(
    {
      id: `cluster.dev:${verb}`,
      address: 'cluster.dev',
      changed: 'cluster.dev',
      engine: 'nodes',
      name: 'shop-dev',
      phase: 'alter',
      verb,
      args: { name: 'shop-dev', config: { kubernetes_version: '1.36.3', kubeconfig: null } },
      cause: 'it has no note of ours',
      depends_on: [],
    },
    CONTEXT,
  );
}

/** All that changes something, of what was run. */
async function deeds(): Promise<readonly string[]> {
  const asked = await readFile(join(folder, 'asked'), 'utf8');
  return asked.split('\n').filter((line) => /^(kind|docker (cp -|exec|rm|start|stop))/.test(line));
}

test.each(['update', 'populate'] as const)(
  'to %s takes nothing down: what turns out to be lost is planned first',
  async (verb) => {
    const telling = told(verb, fakeNode('shop-dev-worker', { role: 'worker' }));

    await expect(telling).rejects.toMatchObject({ code: 'step_failed', fields: { cluster: 'shop-dev' } });
    expect(await deeds()).toEqual([]);
  },
);

test.each(['exited', 'created', 'dead'])('what is %s without our note is not noted as whole', async (state) => {
  await told('update', fakeNode('shop-dev-control-plane', { state }));

  expect(await deeds()).toEqual([]);
});

test('of what is at rest when it is told the rest nobody can say that it is whole', async () => {
  const telling = told(
    'populate',
    fakeNode('shop-dev-control-plane'),
    fakeNode('shop-dev-worker', { state: 'exited' }),
  );

  await expect(telling).rejects.toMatchObject({ code: 'step_failed' });
  expect(await deeds()).toEqual([]);
});
