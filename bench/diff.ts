/**
 * `diff` between two revisions of 200 services in 40 files, the whole process: the first revision as generated, the second
 * with every file reformatted and 1 % of the services changed. `node bench/diff.ts`, after `npm run build`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const TRUEUP = join(ROOT, 'bin', 'trueup.cjs');
const [FILES, IN_EACH, RUNS] = [40, 5, 9];

const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-'));
try {
  const root = join(folder, 'repo');
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'trueup-bench-cache'),
    ...author('AUTHOR'),
    ...author('COMMITTER'),
  };
  const git = (...args: readonly string[]): void => void execFileSync('git', args, { cwd: root, env });
  mkdirSync(join(root, 'environments/large'), { recursive: true });
  git('init', '--quiet');
  for (const revision of [1, 2]) {
    for (let file = 0; file < FILES; file += 1) {
      writeFileSync(join(root, `environments/large/f${file}.yaml`), manifest(file, revision));
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', `revision ${revision}`);
  }
  const measured = Array.from({ length: RUNS }, () => timed(root, env));
  const middle = (pick: (cost: Cost) => number): number =>
    measured.map(pick).toSorted((left, right) => left - right)[Math.floor(RUNS / 2)] ?? Number.NaN;
  const [cpu, wall] = [middle(({ cpu_s: seconds }) => seconds), middle(({ wall_s: seconds }) => seconds)];
  console.log(JSON.stringify({ services: FILES * IN_EACH, files: FILES, cpu_s: cpu, wall_s: wall }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Cost {
  readonly cpu_s: number;
  readonly wall_s: number;
}

/** Of the process and all that it starts, which the shell's `times` knows. */
function timed(cwd: string, env: NodeJS.ProcessEnv): Cost {
  const script = '"$@" >/dev/null 2>&1; status=$?; times; exit $status';
  const words = [process.execPath, TRUEUP, 'diff', 'HEAD~1', 'HEAD', '--no-report'];
  const started = performance.now();
  const { stdout, status } = spawnSync('sh', ['-c', script, 'sh', ...words], { cwd, env, encoding: 'utf8' });
  const wall = (performance.now() - started) / 1000;
  if (status !== 2) throw new Error(`trueup diff ended with ${status}`);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { cpu_s: seconds.reduce((sum, value) => sum + value, 0), wall_s: wall };
}

function author(role: string): Record<string, string> {
  return { [`GIT_${role}_NAME`]: 'bench', [`GIT_${role}_EMAIL`]: 'bench@localhost' };
}

function manifest(file: number, revision: number): string {
  const lines = revision === 1 ? ['services:'] : ['# The same, written otherwise.', '', 'services:'];
  for (let index = 0; index < IN_EACH; index += 1) {
    const number = file * IN_EACH + index;
    const level = revision === 2 && number % 100 === 0 ? 'debug' : 'info';
    lines.push(
      `  s${number}:`,
      `    process: { command: [node, server.js, "${number}"], cwd: ., restart: on-failure }`,
      `    environment_variables: { LOG_LEVEL: ${level}, NAME: service ${number} }`,
      `    labels: { team: core, index: "${number}" }`,
      '    health_check: { test: [CMD, "true"], interval: 5s, timeout: 3s, retries: 3 }',
      ...(number === 0 ? [] : [`    dependencies: { s${number - 1}: { condition: service_healthy } }`]),
    );
  }
  return `${lines.join('\n')}\n`;
}
