/**
 * `trueup apply` with nothing to do, answered by the daemon, beside Docker Compose's `up -d`: `npm run bench:serve:apply`,
 * after `npm run build`. One side is up at a time, for the other's health checks would slow it down; sides take turns. Engine,
 * peer and image are found as in bench/docker. Names of environments as words measure those alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { composeOf, manifestOf, type Shape, SHAPES } from '../docker/shapes.ts';
import { type Figure, median, ms, printTable, quantile } from './figures.ts';
import { LongLived } from './long-lived.ts';
import { scratchRepo } from './scratch-repo.ts';

const TRUEUP = join(import.meta.dirname, '..', '..', 'bin', 'trueup.cjs');
const COMPOSE = process.env['COMPOSE'] === undefined ? ['docker', 'compose'] : [process.env['COMPOSE']];
const IMAGE = process.env['BENCH_IMAGE'] ?? 'busybox:1';
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const TIMES_A_ROUND = 7;
const UP_MS = 300_000;

/** What the peer's time may be multiplied with. */
const TARGETS: Readonly<Record<Shape, number>> = { flat15: 1.5, flat50: 1, mix15: 1, chain15: 1 };

interface Times {
  readonly whole: readonly number[];
  /** Of `node -e 0` at the same time: nearly all of what is left. */
  readonly bare: readonly number[];
}

const shapes = SHAPES.filter((shape) => process.argv.length < 3 || process.argv.includes(shape));
const figures: Figure[] = [];
for (const shape of shapes) figures.push(await figureOf(shape));
printTable(figures);

async function figureOf(shape: Shape): Promise<Figure> {
  const [own, bare, peer]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times = await ours(shape);
    own.push(...times.whole);
    bare.push(...times.bare);
    peer.push(...theirs(shape));
    console.error(`${shape} ${round + 1} of ${ROUNDS}`);
  }
  const ratio = median(own) / median(peer);
  return {
    what: `${shape}: apply with nothing to do`,
    measured: `${words(own)}; compose ${words(peer)}; bare node ${ms(median(bare))}: ${ratio.toFixed(2)} ×`,
    target: `≤ ${TARGETS[shape]} ×`,
    isMet: ratio <= TARGETS[shape],
  };
}

async function ours(shape: Shape): Promise<Times> {
  using repo = scratchRepo();
  const env = { ...repo.env, DOCKER_HOST: process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock' };
  const project = `trueup-bench-${shape}`;
  const manifest = `project: ${project}\n${manifestOf({ shape, image: IMAGE, colour: 'red' })}`;
  repo.write({ 'environments/bench/main.yaml': manifest });
  repo.stage();
  repo.commit();
  const trueup = (...words: readonly string[]): number =>
    run([process.execPath, TRUEUP, ...words, '--auto-approve', '--quiet'], repo.root, env);
  const log = join(repo.root, '..', 'serve.log');
  try {
    const began = Date.now();
    await using daemon = await LongLived.start({ words: ['serve', '--quiet'], cwd: repo.root, env, log });
    await daemon.next('environment.reconciled', 'bench', began, UP_MS);
    trueup('apply', 'bench');
    const whole: number[] = [];
    const bare: number[] = [];
    for (let index = 0; index < TIMES_A_ROUND; index += 1) {
      whole.push(trueup('apply', 'bench'));
      bare.push(run([process.execPath, '-e', '0'], repo.root, env));
    }
    return { whole, bare };
  } finally {
    trueup('destroy', 'bench', '--volumes');
  }
}

function theirs(shape: Shape): readonly number[] {
  using repo = scratchRepo();
  const folder = join(repo.root, 'compose');
  mkdirSync(folder);
  repo.write({ 'compose/compose.yaml': composeOf({ shape, image: IMAGE, colour: 'red' }) });
  const compose = (...words: readonly string[]): number =>
    run([...COMPOSE, '-p', `theirs-bench-${shape}`, ...words], folder, process.env);
  try {
    compose('up', '-d', '--quiet-pull');
    compose('up', '-d', '--quiet-pull');
    return Array.from({ length: TIMES_A_ROUND }, () => compose('up', '-d', '--quiet-pull'));
  } finally {
    compose('down', '-v', '-t', '2');
  }
}

/** Milliseconds of the whole command. */
function run([program = '', ...args]: readonly string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return performance.now() - started;
}

function words(values: readonly number[]): string {
  return `${ms(median(values))} (p95 ${ms(quantile(values, 0.95))})`;
}
