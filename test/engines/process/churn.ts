/** Makes, starts, stops and removes one service without end, to be killed at any moment. */
import { processActuator } from '../../../src/drivers/process/actuator.ts';
import { engineOf } from '../../../src/drivers/process/engine.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const [, , root = ''] = process.argv;
const actuator = processActuator(engineOf({ name: 'process', driver: 'process', settings: { root } }));
const context: StepContext = {
  signal: new AbortController().signal,
  vault: { reveal: () => '', mask: (text) => text },
  owners: ['owner-1'],
  run: '01test',
  ownership: { owner: 'owner-1', project: 'shop', environment: 'local', checkout: '/repo', revision: null },
  progress: () => undefined,
};

async function run(verb: string, args: JsonObject): Promise<void> {
  const step = {
    id: verb,
    address: 'service.web',
    changed: 'service.web',
    engine: 'process',
    name: 'shop-web-1',
    phase: 'alter',
    verb,
    cause: '',
    depends_on: [],
  } as const;
  await actuator.run({ ...step, args: { name: 'shop-web-1', ...args } }, context);
}

const config: JsonObject = { process: { command: ['sleep', '600'], cwd: '/', restart: 'always' } };

process.stdout.write('ready\n');
for (let count = 0; ; count += 1) {
  await run('create', { config: { ...config, environment_variables: { COUNT: String(count) } }, volumes: {} });
  await run('start', {});
  await run('stop', {});
  await run('start', {});
  if (count % 3 === 0) await run('remove', {});
}
