import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { processDriver } from '../../../src/drivers/process/index.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { describeDriverContract } from '../../support/contract.ts';
import { desiredResource, patched } from '../../support/contract/desired.ts';
import type { ContractCommands, ContractHarness, ContractWorld, Program } from '../../support/contract/harness.ts';
import { freePort } from '../../support/free-port.ts';
import { isAlive, kill, processesWith, SECRETS, serviceConfig, TestEngine } from './support.ts';

describeDriverContract('process', {
  lacks: {
    partial_answers: 'its registry is read as a whole, or not at all',
    networks: 'a local process joins no network',
    replace_fields: 'no field of a local process takes a replacement',
  },
  setUp: processHarness,
});

const ENGINE = 'process';

async function processHarness(): Promise<ContractHarness> {
  const engine = new TestEngine();
  const { root, scratch } = engine;
  const port = await freePort();
  const blocked = join(scratch, 'a file');
  await writeFile(blocked, '');
  return {
    driver: processDriver,
    engine: { name: ENGINE, driver: ENGINE, settings: { root } },
    unreachable: { name: 'blocked', driver: ENGINE, settings: { root: join(blocked, 'root') } },
    world: worldOf(root, scratch),
    commands: COMMANDS,
    vault: { reveal: ({ $secret }) => SECRETS[$secret] ?? '', mask: (text) => text },
    service: (key, program, config = {}) => service(key, commandOf(program, key, scratch, port), program, port, config),
    volume: (key) => desiredResource('volume', key, { engine: ENGINE, config: { driver: 'local', labels: {} } }),
    network: () => null,
    mounting: (resource, volume) => ({
      ...patched(resource, { storage: { volumes: { [volume.key]: mountOf(volume.key) } } }),
      uses: [...resource.uses, volume.address],
    }),
    joining: (resource) => resource,
    portOf: () => port,
    edits: {
      in_place: { labels: { team: 'core' } },
      restart: { environment_variables: { COLOUR: 'blue' } },
      replace: null,
    },
    end: () => engine.end(),
  };
}

const COMMANDS: ContractCommands = {
  print: (text) => ['echo', text],
  exit: (status) => ['sh', '-c', `exit ${status}`],
  printVariable: (name) => ['sh', '-c', `echo "$${name}"`],
  fill: (bytes) => ['sh', '-c', `head -c ${bytes - 1} /dev/zero | tr '\\0' x; printf '!'`],
  hang: ['sleep', '600'],
};

function commandOf(program: Program, key: string, scratch: string, port: number): readonly string[] {
  const commands: Record<Program, readonly string[]> = {
    runs: ['sleep', '600'],
    exits_0: ['sh', '-c', 'exit 0'],
    exits_1: ['sh', '-c', 'exit 1'],
    listens: [process.execPath, '-e', `require('net').createServer((s) => s.end()).listen(${port}, '127.0.0.1')`],
    writes: ['sh', '-c', `printf 'line 1\\nline 2\\nline 3\\n' > "$0"; exec tail -n +1 -f "$0"`, toldIn(scratch, key)],
  };
  return commands[program];
}

/** What a service of the program `writes` is told, line by line. */
function toldIn(scratch: string, key: string): string {
  return join(scratch, `told-${key}`);
}

function service(
  key: string,
  command: readonly string[],
  program: Program,
  port: number,
  config: JsonObject,
): DesiredResource {
  const declared = { host_port: port, container_port: port, protocol: 'tcp', host_ip: '127.0.0.1' };
  const ports = program === 'listens' ? { [`${port}/tcp`]: declared } : {};
  return patched(
    desiredResource('service', key, { engine: ENGINE, config: serviceConfig({ command, ports, grace: '2s' }) }),
    config,
  );
}

function mountOf(volume: string): JsonObject {
  return { type: 'volume', volume, host_path: null, container_path: null, mode: 'rw', watch_content: null };
}

function worldOf(root: string, scratch: string): ContractWorld {
  const fileIn = (volume: string): string => join(root, 'volumes', volume, 'data', 'precious');
  return {
    kill: async (name) => kill(await mainPid(root, name)),
    pause: async (name) => kill(await mainPid(root, name), 'SIGSTOP'),
    remove: (object) => removeByHand(root, object),
    write: (name, line) => appendFile(toldIn(scratch, name.replace(/^contract-|-1$/g, '')), `${line}\n`),
    writeData: (volume, data) => writeFile(fileIn(volume), data),
    readData: (volume) => readFile(fileIn(volume), 'utf8').catch(() => null),
    snapshot: async () => (await textOf(root)).join('\n'),
  };
}

/** From the shim's own record, without asking the code under test. */
async function mainPid(root: string, name: string): Promise<number> {
  const state = await readFile(join(root, 'services', name, 'state'), 'utf8');
  const pid = Number(/ main=(\d+):/.exec(state)?.[1]);
  if (!isAlive(pid)) throw new Error(`${name} does not run`);
  return pid;
}

async function removeByHand(root: string, { type, name }: ObjectReference): Promise<void> {
  const digest = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const isOfService = (environment: string): boolean => environment.includes(`TRUEUP_INSTANCE=${name}:${digest}`);
  for (
    let left = processesWith(isOfService);
    type === 'service' && left.length > 0;
    left = processesWith(isOfService)
  ) {
    for (const pid of left) kill(pid);
  }
  await rm(join(root, `${type}s`, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
}

/** Every file of the registry with its content, but for what services write by themselves. */
async function textOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('log'));
  const texts = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return `${path}\n${await readFile(path, 'utf8')}`;
  });
  return (await Promise.all(texts)).toSorted();
}
