/** The demo from the first plan to the last process: each scene says what it shows and lets the real command show it. */
import { TrueupError } from '../../model/failure.ts';
import { isJsonObject, type Json, member, memberAt } from '../../model/json.ts';
import { freePorts } from '../init/free-port.ts';
import { APP_FILES } from './app.ts';
import { MANIFEST_PATH, manifestText } from './manifest.ts';
import { git, type Scratch, startRepo, writeFiles } from './scratch.ts';
import type { Stage } from './stage.ts';

const APPLY = ['apply', 'local', '--auto-approve'] as const;
const [GREETING, NEW_GREETING] = ['Hello', 'Welcome'];

export async function playStory(stage: Stage, scratch: Scratch, signal: AbortSignal): Promise<void> {
  const [dbPort = 0, apiPort = 0] = await freePorts(2);
  const manifest = (greeting: string): string => manifestText({ dbPort, apiPort, greeting });
  await startRepo(scratch, signal);
  writeFiles(scratch, { ...APP_FILES, [MANIFEST_PATH]: manifest(GREETING) });
  await git(scratch, ['add', '--all'], signal);
  await git(scratch, ['commit', '--quiet', '--message', 'A shop: database, API and worker'], signal);

  await stage.say(
    `A scratch git repo declares an environment of three local processes in ${MANIFEST_PATH}: a database with a volume, an HTTP API that waits for the database to be healthy, and a worker that waits for the API. Nothing runs yet.`,
  );
  await stage.trueup(['validate']);
  await stage.trueup(['plan']);

  await stage.say('Apply starts them in the order of their dependencies, each once the health gate before it is open.');
  await stage.trueup(APPLY);
  await stage.trueup(['status']);

  await stage.say('Now a change the way it should be made: in git. The API gets a new greeting.');
  writeFiles(scratch, { [MANIFEST_PATH]: manifest(NEW_GREETING) });
  await stage.prints(`-      GREETING: ${GREETING}\n+      GREETING: ${NEW_GREETING}`);
  await stage.shows('git commit --all --message "A warmer greeting"');
  await git(scratch, ['commit', '--quiet', '--all', '--message', 'A warmer greeting'], signal);
  await stage.say('The plan names the field, both values, the line of the manifest, and what it takes.');
  await stage.trueup(['plan']);
  await stage.trueup(APPLY);
  await askApi(stage, apiPort, signal);
  await stage.say('What runs equals what git declares, so the next plan is empty.');
  await stage.trueup(['plan', '--detailed-exitcode']);

  await stage.say(
    'Now the world changes on its own: a process is killed, another is paused, and somebody edits a file that the API reads.',
  );
  await misbehave(stage, scratch);
  await stage.say('Drift finds all three, and exits with status 2 so that scripts notice.');
  await stage.trueup(['drift'], 2);
  await stage.say(
    'Apply heals: it starts what was killed, resumes what was paused, and restarts the API for its changed file.',
  );
  await stage.trueup(APPLY);
  await stage.trueup(['drift']);

  await stage.say('At the end everything goes, dependents first. Data would stay, but for --volumes.');
  await stage.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
}

/** What the change did, asked of the process itself. */
async function askApi(stage: Stage, port: number, signal: AbortSignal): Promise<void> {
  const url = `http://127.0.0.1:${port}/`;
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
  await stage.prints('');
  await stage.shows(`curl ${url}`);
  await stage.prints(await response.text());
}

async function misbehave(stage: Stage, scratch: Scratch): Promise<void> {
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
