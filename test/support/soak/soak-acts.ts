/** What may happen in a soak. Each act says in words what it did; none expects that all goes well. */
import type { Random } from '../chaos/random.ts';
import type { CliResult, RunningCli } from '../cli.ts';
import type { Mark } from './soak-curves.ts';
import type { SoakDaemon } from './soak-daemon.ts';
import type { SoakRepo } from './soak-repo.ts';
import { drawShape, ENVIRONMENTS, serviceKeys } from './soak-state.ts';
import type { SoakWorld } from './soak-world.ts';
import type { Word } from './attempts.ts';

export interface Ground {
  readonly git: SoakRepo;
  readonly daemon: SoakDaemon;
  readonly world: SoakWorld;
  readonly words: Word[];
  /** Commands of people that are under way. */
  readonly commands: Set<RunningCli>;
  mark(kind: Mark['kind']): void;
}

const ACTS = [
  ...(['good', 'good', 'good', 'grow', 'bad', 'bad', 'mend', 'mend', 'burst', 'broken', 'gone', 'amend'] as const),
  ...(['reset', 'drift', 'drift', 'drift', 'drift', 'drift', 'freeze', 'thaw', 'read', 'read', 'apply'] as const),
  ...(['command', 'hang', 'hook', 'trouble'] as const),
] as const;

type ActKind = (typeof ACTS)[number];

/** People have so many terminals. */
const MOST_COMMANDS = 2;

export async function playAct(ground: Ground, random: Random): Promise<string> {
  const kind = random.pick(ACTS);
  return `${kind}: ${await played(kind, ground, random)}`;
}

async function played(kind: ActKind, ground: Ground, random: Random): Promise<string> {
  switch (kind) {
    case 'good':
    case 'grow':
    case 'bad':
    case 'mend':
    case 'burst':
    case 'broken':
    case 'gone':
    case 'amend':
    case 'reset':
      ground.mark('commit');
      return committed(kind, ground, random);
    case 'drift':
      return ground.world.drift(ground.git.now.state, random);
    case 'trouble':
      if (ground.world.trouble === null) return ground.world.drift(ground.git.now.state, random);
      ground.mark('engine');
      return ground.world.trouble(random);
    case 'command':
      return command(ground, random);
    case 'hook':
      return hook(ground, random);
    case 'freeze':
    case 'thaw':
    case 'read':
    case 'apply':
    case 'hang':
      return asked(kind, ground, random);
    default:
      return kind satisfies never;
  }
}

type Commit = 'good' | 'grow' | 'bad' | 'mend' | 'burst' | 'broken' | 'gone' | 'amend' | 'reset';

async function committed(kind: Commit, { git }: Ground, random: Random): Promise<string> {
  const { state } = git.now;
  const name = random.pick(ENVIRONMENTS);
  const shape = drawShape(random);
  const before = state[name] ?? shape;
  switch (kind) {
    case 'good':
    case 'amend':
      await git.change(name, shape, `${name} is ${shape.colour}`, kind === 'amend');
      return `${name} ${shape.colour}, ${shape.workers} workers`;
    case 'grow':
      await git.change(name, { ...before, workers: (before.workers + 1) % 3 }, `${name} grows or shrinks`);
      return `${name} has ${(before.workers + 1) % 3} workers`;
    case 'bad':
      await git.change(name, { ...shape, isSick: true }, `${name} is sick`);
      return `${name} ${shape.colour} is sick`;
    case 'mend':
      return mended(git, random);
    case 'burst':
      for (let index = 0; index < 10; index += 1) {
        await git.change(name, { ...shape, colour: `${shape.colour}-${index}` }, `${name}, ${index}`);
      }
      return `ten of ${name}`;
    case 'broken':
      await git.declare({ state: { ...state, [name]: before }, broken: name }, `${name} has conflict markers`);
      return name;
    case 'gone':
      await git.change(name, null, `${name} is gone`);
      return name;
    case 'reset':
      return `${await git.reset(1 + random.below(3))} commits`;
    default:
      return kind satisfies never;
  }
}

/** What is sick, gone or broken is put right. */
async function mended(git: SoakRepo, random: Random): Promise<string> {
  const { state, broken } = git.now;
  const wrong = ENVIRONMENTS.filter((name) => state[name]?.isSick !== false || name === broken);
  const name = wrong[random.below(wrong.length)] ?? random.pick(ENVIRONMENTS);
  await git.change(name, drawShape(random), `${name} is well`);
  return name;
}

type Ask = 'freeze' | 'thaw' | 'read' | 'apply' | 'hang';

const READS = ['', '/v1/environments', '/metrics', '/readyz', '/openapi.json', '/v1/tokens', '/nothing'] as const;

/** Over the daemon's socket. An answer is an answer, whatever it says, but for a defect. */
async function asked(kind: Ask, { git, daemon, words }: Ground, random: Random): Promise<string> {
  const name = random.pick(ENVIRONMENTS);
  const place = `/v1/environments/repo/${name}`;
  const shape = git.now.state[name];
  const key = shape === null ? `${name}-web` : (serviceKeys(name, shape)[random.below(3)] ?? `${name}-web`);
  const ask = async (method: string, path: string, json?: unknown): Promise<string> => {
    const { status, text } = await daemon.ask(method, path, json);
    if (status >= 500 && text.includes('"internal"')) throw new Error(`${method} ${path}: ${status} ${text}`);
    return `${method} ${path} → ${status}`;
  };
  switch (kind) {
    case 'freeze':
      return ask('POST', `${place}/freezes`, { address: `service.${key}`, for: '20s', reason: 'a soak' });
    case 'thaw':
      return ask('DELETE', `${place}/freezes/service.${key}`);
    case 'read':
      return random.chance(0.3) ? ask('POST', `${place}/plan`) : ask('GET', random.pick(READS) || place);
    case 'apply':
      words.push({ at: Date.now(), environment: name });
      return ask('POST', `${place}/apply?wait=false`, { reason: 'a soak' });
    case 'hang':
      await daemon.hang(5000 + random.below(50_000));
      return 'a reader of events that takes none';
    default:
      return kind satisfies never;
  }
}

/** A person at a terminal; nobody waits for it. */
async function command({ git, words, commands }: Ground, random: Random): Promise<string> {
  const name = random.pick(ENVIRONMENTS);
  const args = random.pick<readonly string[]>([
    ['apply', name, '--auto-approve', '--allow-removals', '9'],
    ['apply', name, '--auto-approve', '--allow-removals', '9'],
    ['plan', '--detailed-exitcode'],
    ['status', '--output', 'json'],
    ['history', name],
    ['restart', `${name}/service.${name}-db`],
  ]);
  if (commands.size >= MOST_COMMANDS) return `${args.join(' ')}: no terminal is free`;
  if (args[0] === 'apply') words.push({ at: Date.now(), environment: name });
  const running = git.repo.start(args);
  commands.add(running);
  const isStopped = random.chance(0.2);
  if (isStopped) setTimeout(() => running.child.kill('SIGINT'), random.below(3000)).unref();
  return `${args.join(' ')}${isStopped ? ', interrupted' : ''}`;
}

async function hook({ git }: Ground, random: Random): Promise<string> {
  const what = random.pick(['install', 'install', 'remove', 'status'] as const);
  const result = await git.repo.trueup(['hook', what]);
  assertOrderly(`hook ${what}`, result);
  return `${what} → ${result.status}`;
}

/** A command may say that it did not work, that it was locked out or interrupted; never that it does not know what happened. */
const STATUSES: readonly number[] = [0, 1, 2, 3, 4, 64, 65, 130];

function assertOrderly(what: string, { status, stdout, stderr }: CliResult): void {
  if (!STATUSES.includes(status) || stderr.includes('[internal]'))
    throw new Error(`${what} ended with ${status}: ${stdout}${stderr}`);
}

/** Those that have ended are judged; `all` waits for the others. */
export async function reapCommands({ commands }: Pick<Ground, 'commands'>, all: boolean): Promise<void> {
  for (const running of commands) {
    const { child, done } = running;
    if (!all && child.exitCode === null && child.signalCode === null) continue;
    const result = await done;
    commands.delete(running);
    assertOrderly(child.spawnargs.slice(3).join(' '), result);
  }
}
