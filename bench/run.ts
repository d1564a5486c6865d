/**
 * All figures of this repo in one table: `npm run bench`, after `npm run build`. Every case runs in a process of its own,
 * several times in turn with what it is compared with; medians are shown. CPU seconds are the figure to compare on a shared
 * machine; wall seconds are shown where a person waits.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../test/support/browser/chromium.ts';
import { largeManifest, onePercent } from './large-environment.ts';

const ROOT = join(import.meta.dirname, '..');
const TRUEUP = join(ROOT, 'bin', 'trueup.cjs');
const RUNS = 5;

interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
}

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** CPU seconds of a process and its children, which the shell's `times` knows, and wall seconds. */
function timed(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Cost {
  const script = '"$@" >/dev/null 2>&1; status=$?; times; exit $status';
  const started = performance.now();
  const { stdout, status } = spawnSync('sh', ['-c', script, 'sh', process.execPath, ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  const wall = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { cpu: seconds.reduce((sum, value) => sum + value, 0), wall };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianOf(runs: number, measure: () => Cost): Cost {
  const found = Array.from({ length: runs }, measure);
  return { cpu: median(found.map(({ cpu }) => cpu)), wall: median(found.map(({ wall }) => wall)) };
}

/** A repo with these environments, and a home of its own. */
function scratch(manifests: Readonly<Record<string, string>>): {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-'));
  const root = join(folder, 'repo');
  for (const [name, manifest] of Object.entries(manifests)) {
    mkdirSync(join(root, 'environments', name), { recursive: true });
    writeFileSync(join(root, 'environments', name, 'environment.yaml'), manifest);
  }
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_RUNTIME_DIR: folder,
    XDG_CACHE_HOME: join(tmpdir(), 'trueup-bench-cache'),
  };
  execFileSync('git', ['init', '--quiet', root], { env });
  return { root, env, folder };
}

function startUp(): readonly Figure[] {
  const env = process.env;
  const pairs = Array.from({ length: 11 }, () => ({
    bare: timed(['-e', '0'], env, ROOT),
    version: timed([TRUEUP, '--version'], env, ROOT),
    help: timed([TRUEUP, '--help'], env, ROOT),
  }));
  const ms = (pick: (pair: (typeof pairs)[number]) => { readonly wall: number }): string =>
    `${Math.round(median(pairs.map((pair) => pick(pair).wall)) * 1000)} ms`;
  return [
    {
      what: 'trueup --version',
      measured: `${ms((pair) => pair.version)} (bare node: ${ms((pair) => pair.bare)})`,
      target: '≤ 60 ms',
    },
    { what: 'trueup --help', measured: ms((pair) => pair.help), target: '' },
  ];
}

function comparePlan(): readonly Figure[] {
  return [1000, 5000, 20_000].map((services) => {
    const runs = Array.from({ length: RUNS }, () => {
      const output = execFileSync(process.execPath, [join(ROOT, 'bench/plan-large.ts'), String(services)], {
        encoding: 'utf8',
      });
      return JSON.parse(output) as { cpu_s: number; wall_s: number; peak_mib: number };
    });
    const cpu = median(runs.map((run) => run.cpu_s)).toFixed(2);
    const peak = median(runs.map((run) => run.peak_mib));
    const target = services === 5000 ? '≤ 1.5 s CPU, ≤ 250 MiB' : services === 20_000 ? 'no worse than n log n' : '';
    return {
      what: `compare + plan of ${services} resources, 1 % changed`,
      measured: `${cpu} s CPU, ${peak} MiB`,
      target,
    };
  });
}

function wholeCommand(): readonly Figure[] {
  const services = 5000;
  const { root, env, folder } = scratch({ large: largeManifest('large', services) });
  try {
    execFileSync(process.execPath, [join(ROOT, 'bench/register.ts'), root], {
      env: { ...process.env, ...env },
      stdio: 'inherit',
    });
    const plan = [TRUEUP, 'plan', '--no-report'];
    const same = medianOf(RUNS, () => timed(plan, env, root));
    writeFileSync(
      join(root, 'environments/large/environment.yaml'),
      largeManifest('large', services, onePercent(services)),
    );
    const changed = medianOf(RUNS, () => timed(plan, env, root));
    const validate = medianOf(RUNS, () => timed([TRUEUP, 'validate'], env, root));
    const parse = medianOf(RUNS, () =>
      timed([join(ROOT, 'bench/parse.ts'), join(root, 'environments/large/environment.yaml')], env, root),
    );
    const text = ({ cpu, wall }: Cost): string => `${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall`;
    return [
      {
        what: `plan of ${services} services from YAML, nothing changed`,
        measured: text(same),
        target: '≤ 7 s CPU (Terraform 1.11: 29 s)',
      },
      { what: `plan of ${services} services from YAML, 1 % changed`, measured: text(changed), target: '≤ 7 s CPU' },
      {
        what: `validate ${services} services`,
        measured: `${text(validate)}; bare parseDocument ${text(parse)}: ${(validate.cpu / parse.cpu).toFixed(2)} ×`,
        target: '≤ 2 ×',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From loaded by itself, and with YAML as people run it. */
function parity(): readonly Figure[] {
  const output = execFileSync(process.execPath, [join(ROOT, 'bench/parity.ts')], { encoding: 'utf8' });
  const loaded = JSON.parse(output) as {
    readonly one_percent_changed_s: Readonly<Record<string, number>>;
    readonly all_changed_s: number;
    readonly all_renamed_s: number;
    readonly matrix_of_10_with_100_s: number;
  };
  const { one_percent_changed_s: changed, all_changed_s: all, all_renamed_s: renamed } = loaded;
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  const modes = Object.entries(changed).map(([mode, value]) => `${mode} ${seconds(value)}`);
  const pair = parityCommand({ environments: 2, services: 1000 }, []);
  const matrix = parityCommand({ environments: 10, services: 100 }, ['--matrix']);
  return [
    {
      what: 'parity of 1,000 services from loaded, 1 % changed',
      measured: `${modes.join(', ')} CPU (all changed ${seconds(all)}, all renamed ${seconds(renamed)})`,
      target: '≤ 0.3 s CPU',
    },
    {
      what: 'parity of two environments of 1,000 services from YAML, 1 % changed',
      measured: `${seconds(pair.cpu)} CPU, ${seconds(pair.wall)} wall`,
      target: '≤ 3 s CPU',
    },
    {
      what: 'matrix of ten environments of 100 services from YAML',
      measured: `${seconds(matrix.cpu)} CPU, ${seconds(matrix.wall)} wall (from loaded ${seconds(loaded.matrix_of_10_with_100_s)} CPU)`,
      target: '≤ 3 s CPU',
    },
  ];
}

/** Every second environment differs from the others. */
function parityCommand(
  { environments, services }: { readonly environments: number; readonly services: number },
  words: readonly string[],
): Cost {
  const names = Array.from({ length: environments }, (_, index) => `e${index}`);
  const manifests = names.map((name, index) => {
    return [name, largeManifest(name, services, index % 2 === 0 ? new Set() : onePercent(services))] as const;
  });
  const { root, env, folder } = scratch(Object.fromEntries(manifests));
  try {
    const args = [TRUEUP, 'parity', ...words, ...names, '--no-report', '--fail-on', 'critical'];
    return medianOf(RUNS, () => timed(args, env, root));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function diffRevisions(): readonly Figure[] {
  const output = execFileSync(process.execPath, [join(ROOT, 'bench/diff.ts')], { encoding: 'utf8' });
  const { cpu_s: cpu, wall_s: wall } = JSON.parse(output) as { readonly cpu_s: number; readonly wall_s: number };
  const measured = `${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall`;
  return [{ what: 'diff between two revisions of 200 services in 40 files', measured, target: '≤ 1 s wall' }];
}

function pageOfPlan(): readonly Figure[] {
  const what = 'HTML page of a plan of 1,000 resources';
  const target = 'opens in ≤ 1 s';
  if (findChromium() === null) return [{ what, measured: 'no chromium here', target }];
  const output = execFileSync(process.execPath, [join(ROOT, 'bench/page.ts')], { encoding: 'utf8' });
  const { render_ms, load_ms, paint_ms, kilobytes } = JSON.parse(output) as Readonly<Record<string, number>>;
  const measured = `made in ${render_ms} ms, ${kilobytes} KB; in Chromium loaded after ${load_ms} ms, painted after ${paint_ms} ms`;
  return [{ what, measured, target }];
}

function executor(): readonly Figure[] {
  const alone = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, [join(ROOT, 'bench/executor.ts'), '5000'], { encoding: 'utf8' });
    return (JSON.parse(output) as { readonly overhead_ms_per_step: number }).overhead_ms_per_step;
  });
  const whole = Array.from({ length: RUNS }, () => {
    const output = execFileSync(process.execPath, [join(ROOT, 'bench/simulated-run.ts'), '3000'], { encoding: 'utf8' });
    return (JSON.parse(output) as { readonly ms_per_step: number }).ms_per_step;
  });
  return [
    {
      what: 'executor alone, per step of 15,000',
      measured: `${(median(alone) * 1000).toFixed(1)} µs CPU`,
      target: '≤ 1 ms CPU',
    },
    {
      what: 'whole reconcile on the simulated engine, per step of 9,000, engine and gates included',
      measured: `${median(whole).toFixed(2)} ms CPU`,
      target: '≤ 1 ms CPU',
    },
  ];
}

const figures = [
  ...startUp(),
  ...comparePlan(),
  ...executor(),
  ...wholeCommand(),
  ...parity(),
  ...diffRevisions(),
  ...pageOfPlan(),
];
console.log('| what | measured (median) | target |\n| --- | --- | --- |');
for (const { what, measured, target } of figures) console.log(`| ${what} | ${measured} | ${target} |`);
