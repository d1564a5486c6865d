/** The demo on local processes: it needs nothing but the Node that runs trueup. */
import { TrueupError } from '../../model/failure.ts';
import { isJsonObject, type Json, member, memberAt } from '../../model/json.ts';
import { freePorts } from '../init/free-port.ts';
import { APP_FILES } from './app.ts';
import { type DemoEngine, MANIFEST_PATH } from './demo-engine.ts';
import { endLeftovers } from './leftovers.ts';
import { manifestText } from './manifest.ts';
import { type Scratch, writeFiles } from './scratch.ts';
import type { Stage } from './stage.ts';

export async function onProcesses(): Promise<DemoEngine> {
  const [dbPort = 0, apiPort = 0] = await freePorts(2);
  return {
    noun: 'local processes',
    ownFolders: true,
    trouble: {
      happens: 'a process is killed, another is paused, and somebody edits a file that the API reads',
      healed: 'it starts what was killed, resumes what was paused, and restarts the API for its changed file',
    },
    files: (greeting) => ({ ...APP_FILES, [MANIFEST_PATH]: manifestText({ dbPort, apiPort, greeting }) }),
    prepare: () => Promise.resolve(),
    askApi: (stage, signal) => askApi(stage, apiPort, signal),
    misbehave,
    endLeftovers: ({ folder }) => endLeftovers(folder),
    leftText: ({ folder }) => `Some processes could not be ended: those that name ${folder}.`,
  };
}

/** What the change did, asked of the process itself. */
async function askApi(stage: Stage, port: number, signal: AbortSignal): Promise<void> {
  const url = `http://127.0.0.1:${port}/`;
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
  await stage.prints('');
  await stage.shows(`curl ${url}`);
  await stage.prints(await response.text());
}

async function misbehave(stage: Stage, scratch: Scratch): Promise<null> {
  const pids = await servicePids(stage);
  const [worker, db] = [pids.get('service.worker'), pids.get('service.db')];
  if (worker === undefined || db === undefined) {
    throw new TrueupError('step_failed', 'the status of the environment names no process of worker and db');
  }
  await stage.shows(`kill -KILL ${worker}    # the worker`);
  process.kill(worker, 'SIGKILL');
  await stage.shows(`kill -STOP ${db}    # the database`);
  process.kill(db, 'SIGSTOP');
  await stage.shows(`echo '{ "currency": "USD" }' > config/api.json`);
  writeFiles(scratch, { 'config/api.json': '{ "currency": "USD" }\n' });
  return null;
}

async function servicePids(stage: Stage): Promise<ReadonlyMap<string, number>> {
  const { output } = await stage.quietly(
    ['status', 'local', '--quiet', '--output', 'json'],
    AbortSignal.timeout(10_000),
  );
  const status: unknown = JSON.parse(output);
  const environments = itemsOf(isJsonObject(status) ? member(status, 'environments') : null);
  const services = environments.flatMap((environment) => itemsOf(member(environment, 'resources')));
  const pids = services.flatMap((service) => {
    const [address, pid] = [member(service, 'address'), memberAt(service, 'details', 'pid')];
    return typeof address === 'string' && typeof pid === 'number' ? [[address, pid] as const] : [];
  });
  return new Map(pids);
}

function itemsOf(value: Json): readonly Json[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
