/**
 * The end of a soak: it is quiet, everything is declared anew, and the daemon has so long to get there. Then all must be as it
 * is declared, by trueup's own word and by what the engine says, with the daemon and without it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFiles } from '../chaos/state-files.ts';
import { eventually } from '../eventually.ts';
import { type Ground, reapCommands } from './soak-acts.ts';
import { ENVIRONMENTS, type EnvironmentName, goodState } from './soak-state.ts';

/** Longer than the longest pause of the daemon, and any run beside other work. */
const READY_MS = 420_000;
/** For what is ending. */
const SETTLED_MS = 60_000;

interface StatusText {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  readonly state: string;
  readonly last_healthy: { readonly commit: string } | null;
}

/** Throws with all that is not right. Ends the daemon. Resolves with lines that tell what was found. */
export async function expectConverged(ground: Ground): Promise<readonly string[]> {
  const { git, daemon } = ground;
  await reapCommands(ground, true);
  daemon.releaseReaders();
  await thawAll(ground);
  const started = performance.now();
  ground.mark('commit');
  await git.declare({ state: goodState('the-end'), broken: null }, 'the end');
  await untilReady(ground);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { repo } = git;
  // Of delta drift is only reported: that somebody puts right.
  await planned(ground, 'apply', ['apply', 'delta', '--auto-approve', '--allow-removals', '9']);
  // Of all environments.
  await planned(ground, 'plan beside the daemon', ['plan', '--detailed-exitcode']);
  await daemon.end('SIGTERM');
  await planned(ground, 'plan without the daemon', ['plan', '--detailed-exitcode']);
  let wrong: readonly string[] = [];
  const isRight = async (): Promise<boolean> => (wrong = await ground.world.differences(git.now.state)).length === 0;
  await eventually(isRight, 'the world', SETTLED_MS).catch(() => undefined);
  const files = await stateFiles(repo.root);
  wrong = [
    ...wrong,
    ...files.broken.map((file) => `unreadable: ${file}`),
    ...(await readdir(join(repo.root, '.trueup/journal')).catch(() => [])).map((name) => `left over: journal/${name}`),
  ];
  if (wrong.length > 0) throw new Error(`in the end:\n${wrong.join('\n')}`);
  return [
    `every environment ready at the last commit after ${seconds} s; ${files.files} files of ${files.bytes} bytes in the state folder, ${files.leftovers} left by killed writers`,
  ];
}

/** What is frozen would be left alone. */
async function thawAll({ daemon }: Ground): Promise<void> {
  for (const name of ENVIRONMENTS) {
    const place = `/v1/environments/repo/${name}/freezes`;
    const { status, text } = await daemon.ask('GET', place);
    const { freezes } = status === 200 ? (JSON.parse(text) as Freezes) : { freezes: [] };
    for (const { address } of freezes) await daemon.ask('DELETE', `${place}/${address}`);
  }
}

interface Freezes {
  readonly freezes: readonly { readonly address: string }[];
}

/** Every environment, at HEAD. */
export async function untilReady(ground: Ground): Promise<void> {
  const unready = new Map<EnvironmentName, string>();
  const look = async (): Promise<boolean> => {
    ground.daemon.assertAlive();
    for (const name of ENVIRONMENTS) unready.set(name, await unreadyWords(ground, name));
    return [...unready.values()].every((text) => text === '');
  };
  await eventually(look, () => `every environment to be ready: ${[...unready.values()].join('\n')}`, READY_MS);
}

/** Empty where it is ready at HEAD. */
async function unreadyWords({ daemon, git }: Ground, name: EnvironmentName): Promise<string> {
  const { status, text } = await daemon.ask('GET', `/v1/environments/repo/${name}`);
  if (status !== 200) return `${name}: ${status} ${text}`;
  const { environments } = JSON.parse(text) as { readonly environments: readonly StatusText[] };
  const [found] = environments;
  const isReady = found?.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  const isThere = found?.last_healthy?.commit === git.now.commit;
  return isReady === true && isThere ? '' : `${name}: ${JSON.stringify(found)}`;
}

async function planned({ git }: Ground, what: string, args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await git.repo.trueup(args);
  if (status !== 0) throw new Error(`the ${what} ended with ${status}: ${stdout}${stderr}`);
}
