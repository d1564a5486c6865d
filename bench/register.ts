/**
 * Makes the process engine hold every service of a repo's environment as registered and never started, with the wish that
 * it stays stopped recorded: a large environment on which nothing is to do, without thousands of processes.
 * `node bench/register.ts REPO`, in the environment of the bench.
 */
import { loadDesired } from '../src/flow/load.ts';
import { openWorkspace } from '../src/flow/workspace.ts';
import { builtInDrivers } from '../src/drivers/registry.ts';
import { NOTHING_RECORDED, type RecordedResource } from '../src/model/observed.ts';
import { openRecordedStore } from '../src/state/recorded.ts';

const { signal } = new AbortController();
const directory = process.argv[2] ?? '.';
const workspace = await openWorkspace(
  { directory, drivers: builtInDrivers, environment: process.env, changing: true },
  signal,
);
const loaded = await loadDesired(workspace, { variables: {}, profiles: [], secrets: 'resolve' }, signal);
const [environment] = loaded.environments;
if (environment === undefined) throw new Error(JSON.stringify(loaded.diagnostics));
const driver = await builtInDrivers.load('process');
if (driver === null) throw new Error('no driver');
const actuator = await driver.actuator({ name: 'process', driver: 'process', settings: {} });
const owner = workspace.owners[0] ?? '';
const resources: Record<string, RecordedResource> = {};
for (const resource of environment.resources.values()) {
  const { address, name, engine, config } = resource;
  const args = { name, config: { ...config, run_state: 'stopped' }, volumes: {} };
  await actuator.run(
    {
      id: `${address}:create`,
      address,
      changed: address,
      engine,
      name,
      phase: 'prepare',
      verb: 'create',
      args,
      cause: 'bench',
      depends_on: [],
    },
    {
      signal,
      vault: workspace.vault,
      owners: workspace.owners,
      run: '01test',
      ownership: { owner, project: environment.project, environment: environment.name, checkout: null, revision: null },
      progress: () => undefined,
    },
  );
  resources[address] = { engine, name, config, revision: null, unfinished: false };
}
const store = await openRecordedStore(workspace.state, environment.name);
store.set({ ...NOTHING_RECORDED, resources, stopped: [...environment.resources.keys()] });
await store.flush();
