/**
 * Clusters of kwok beside the bare `kwokctl`, on this machine: `npm run bench:kwok`, after `npm run build`. Needs kwokctl and the
 * programs of a control plane on the PATH. Both sides create a cluster in turn, each up to its default service account, which is
 * when pods can be made; then an unchanged cluster is planned. Medians are shown.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const TRUEUP = [process.execPath, join(ROOT, 'bin', 'trueup.cjs')];
const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const PLAN_S = 1.2;

const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-kwok-'));
const repo = join(folder, 'repo');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  HOME: folder,
  XDG_STATE_HOME: join(folder, 'state'),
  XDG_RUNTIME_DIR: folder,
  KWOK_WORKDIR: join(folder, 'kwok'),
};

function run(command: readonly string[], cwd = repo): void {
  const [program = '', ...args] = command;
  const { status, stderr, stdout } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}\n${stdout}${stderr}`);
}

function seconds(act: () => void): number {
  const started = performance.now();
  act();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const NAME = 'bench-dev';

/** Every program that trueup would hand over is handed over, and it is waited for the same thing. */
function bareCreate(): void {
  const binaries = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(
    (name) => `--${name}-binary=${whereIs(name)}`,
  );
  const controller = `--kwok-controller-binary=${whereIs('kwok')}`;
  run(['kwokctl', 'create', 'cluster', '--name', NAME, '--runtime=binary', '--kubeconfig=', ...binaries, controller]);
  const kubeconfig = join(folder, 'kwok', 'clusters', NAME, 'kubeconfig.yaml');
  const ask = ['--kubeconfig', kubeconfig, 'get', 'serviceaccount', 'default'];
  while (spawnSync('kubectl', ask, { env }).status !== 0);
}

function bareDelete(): void {
  run(['kwokctl', 'delete', 'cluster', '--name', NAME, '--kubeconfig=']);
}

function whereIs(program: string): string {
  return execFileSync('sh', ['-c', 'command -v "$0"', program], { env, encoding: 'utf8' }).trim();
}

const apply = [...TRUEUP, 'apply', 'bench', '--auto-approve', '--no-report', '--quiet'];
const destroy = [...TRUEUP, 'destroy', 'bench', '--auto-approve', '--no-report', '--quiet'];

try {
  mkdirSync(join(repo, 'environments', 'bench'), { recursive: true });
  writeFileSync(
    join(repo, 'environments', 'bench', 'main.yaml'),
    'name: bench\ntype: local\nclusters: { dev: { driver: kwok } }\n',
  );
  execFileSync('git', ['init', '--quiet', repo]);
  const pairs = Array.from({ length: RUNS }, () => {
    const bare = seconds(bareCreate);
    bareDelete();
    const ours = seconds(() => run(apply));
    run(destroy);
    return { bare, ours };
  });
  run(apply);
  const plans = Array.from({ length: RUNS }, () => seconds(() => run([...TRUEUP, 'plan', 'bench', '--no-report'])));
  run(destroy);
  const [bare, ours] = [median(pairs.map((pair) => pair.bare)), median(pairs.map((pair) => pair.ours))];
  const rows = [
    [
      'create, up to ready',
      `${ours.toFixed(2)} s (bare kwokctl ${bare.toFixed(2)} s)`,
      `≤ ${(bare * 1.1 + 0.4).toFixed(2)} s`,
    ],
    ['plan of an unchanged cluster', `${median(plans).toFixed(2)} s`, `≤ ${PLAN_S} s`],
  ];
  console.log('| what | measured (median) | target |\n| --- | --- | --- |');
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
