/**
 * trueup beside Docker Compose on one Docker Engine: `npm run bench:docker`, after `npm run build`. Both run the same
 * environments in turn, in two rounds of three after a warm-up, each as the whole command; medians and their ratios are shown. The
 * engine is the one that DOCKER_HOST or the default socket means, the peer is `docker compose`, or the program that
 * COMPOSE names; words on the command line choose shapes and cases. The image, which must be there and have `sleep` and `true`, is busybox:1,
 * or what BENCH_IMAGE names.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, composeOf, manifestOf, type Shape, SHAPES } from './shapes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TRUEUP = [process.execPath, join(ROOT, 'bin', 'trueup.cjs')];
const COMPOSE = process.env['COMPOSE'] === undefined ? ['docker', 'compose'] : [process.env['COMPOSE']];
const IMAGE = process.env['BENCH_IMAGE'] ?? 'busybox:1';
const AUTHOR = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 2);
const TIMES_A_ROUND = 3;

const CASES = ['nothing', 'change', 'cold', 'drift', 'drift-served'] as const;
type Case = (typeof CASES)[number];

/** What the peer's time may be multiplied with; of an unchanged chain and mix, also our own flat15. */
const TARGETS: Readonly<Record<Case, Readonly<Partial<Record<Shape, number>>>>> = {
  nothing: { flat15: 2.5, flat50: 2.5, mix15: 0.12, chain15: 0.05 },
  change: { mix15: 0.6 },
  cold: { flat15: 1.1, mix15: 0.5, chain15: 0.4 },
  drift: { flat50: 2.5 },
  'drift-served': { flat50: 2.5 },
};

interface Side {
  /** Brings the environment up, whatever is there. */
  up(colour: string): void;
  /** Looks at what runs: what differs, and for the peer, which knows no drift, the state of each container. */
  look(): void;
  /** Has a daemon serve the environment, where there is one, until the end. */
  serve(): Disposable;
  down(): void;
}

const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-docker-'));

function run(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
  const [program = '', ...args] = command;
  const { status, stderr, stdout } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}\n${stdout}${stderr}`);
}

function trueupSide(shape: Shape): Side {
  const cwd = join(folder, `trueup-${shape}`);
  const env = {
    ...process.env,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_RUNTIME_DIR: folder,
  };
  mkdirSync(join(cwd, 'environments', 'bench'), { recursive: true });
  execFileSync('git', ['init', '--quiet', cwd]);
  const write = (colour: string): void => {
    const manifest = `project: ours-${shape}\n${manifestOf({ shape, image: IMAGE, colour } satisfies Bench)}`;
    writeFileSync(join(cwd, 'environments', 'bench', 'main.yaml'), manifest);
  };
  return {
    up(colour) {
      write(colour);
      run([...TRUEUP, 'apply', 'bench', '--auto-approve', '--quiet'], cwd, env);
    },
    serve() {
      execFileSync('git', ['-C', cwd, 'add', '--all', 'environments']);
      execFileSync('git', ['-C', cwd, ...AUTHOR, 'commit', '--quiet', '--allow-empty', '--message', 'what is served']);
      const log = join(cwd, 'serve.log');
      const [program, ...args] = [...TRUEUP, 'serve', '--output', 'json'];
      const stream = openSync(log, 'w');
      const child = spawn(program, args, { cwd, env, stdio: ['ignore', stream, stream] });
      closeSync(stream);
      for (let tries = 0; !readFileSync(log, 'utf8').includes('"in_sync"'); tries += 1) {
        if (tries > MOST_PAUSES) throw new Error(`nothing is served\n${readFileSync(log, 'utf8')}`);
        pause();
      }
      return { [Symbol.dispose]: () => void child.kill() };
    },
    look() {
      run([...TRUEUP, 'drift', 'bench', '--output', 'json'], cwd, env);
    },
    down() {
      write('red');
      run([...TRUEUP, 'destroy', 'bench', '--auto-approve', '--volumes', '--quiet'], cwd, env);
    },
  };
}

function composeSide(shape: Shape): Side {
  const cwd = join(folder, `compose-${shape}`);
  mkdirSync(cwd, { recursive: true });
  const write = (colour: string): void =>
    writeFileSync(join(cwd, 'compose.yaml'), composeOf({ shape, image: IMAGE, colour }));
  const compose = (...args: readonly string[]): void =>
    run([...COMPOSE, '-p', `theirs-${shape}`, ...args], cwd, process.env);
  return {
    up(colour) {
      write(colour);
      compose('up', '-d', '--quiet-pull');
    },
    serve() {
      return { [Symbol.dispose]: () => undefined };
    },
    look() {
      compose('ps', '--all', '--format', 'json');
    },
    down() {
      write('red');
      compose('down', '-v', '-t', '2');
    },
  };
}

/** A minute. */
const MOST_PAUSES = 1_200;

/** The child goes on meanwhile; this process has nothing else to do. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

function seconds(action: () => void): number {
  const started = performance.now();
  action();
  return (performance.now() - started) / 1000;
}

/** Times of one side, which alone is up meanwhile: the other's health checks would slow it down. */
function times(side: Side, what: Case): readonly number[] {
  if (what !== 'cold') for (const colour of ['red', 'warm']) side.up(colour);
  using _served = what === 'drift-served' ? side.serve() : null;
  const found = Array.from({ length: TIMES_A_ROUND }, (_, index) => {
    if (what === 'cold') side.down();
    if (what === 'drift' || what === 'drift-served') return seconds(() => side.look());
    return seconds(() => side.up(what === 'change' ? `blue-${index}` : 'warm'));
  });
  side.down();
  return found;
}

/** Those among them that the command line names; all where it names none of them. */
function wanted<T extends string>(known: readonly T[]): readonly T[] {
  const named = known.filter((name) => words.includes(name));
  return named.length === 0 ? known : named;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function figures(shape: Shape, what: Case, ours: Side, theirs: Side): readonly [number, number] {
  for (const side of what === 'cold' ? [ours, theirs] : []) side.up('red');
  const rounds = Array.from({ length: ROUNDS }, () => [times(ours, what), times(theirs, what)] as const);
  process.stderr.write(`${shape} ${what}\n`);
  return [median(rounds.flatMap(([own]) => own)), median(rounds.flatMap(([, others]) => others))];
}

const words = process.argv.slice(2);
const wantedShapes = wanted(SHAPES);
const wantedCases = wanted(CASES);
const rows: string[] = [];
try {
  for (const shape of wantedShapes) {
    const [ours, theirs] = [trueupSide(shape), composeSide(shape)];
    for (const what of wantedCases) {
      if (what === 'change' && shape !== 'mix15') continue;
      const [own, others] = figures(shape, what, ours, theirs);
      const target = TARGETS[what][shape];
      const ratio = (own / others).toFixed(2);
      const wanted = target === undefined ? '' : `≤ ${target}`;
      rows.push(`| ${shape} | ${what} | ${own.toFixed(2)} s | ${others.toFixed(2)} s | ${ratio} | ${wanted} |`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('| environment | case | trueup | compose | ratio | target |\n| --- | --- | --- | --- | --- | --- |');
console.log(rows.join('\n'));
