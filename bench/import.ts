/**
 * Import: from memory, of 50 to 800 containers with 30 variables each, in CPU seconds; and, with DOCKER_HOST set, of 50 real
 * ones, each import in turn with one `docker inspect` of the same, in seconds of the whole command, after `npm run build`.
 * `node bench/import.ts`, or `node scripts/with-engine.ts current node bench/import.ts`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importObjects } from '../src/manifest/import/plan-import.ts';
import type { ForeignObject } from '../src/model/foreign.ts';
import type { JsonObject } from '../src/model/json.ts';

const RUNS = 9;
const REAL = 50;
const TRUEUP = [process.execPath, join(import.meta.dirname, '..', 'bin', 'trueup.cjs')] as const;
const IMAGE = process.env['BENCH_IMAGE'] ?? 'busybox:1';

const sizes = [50, 200, 800];
const fromMemory = sizes.map((size) => [`${size}_containers_cpu_s`, cpuOf(objectsOf(size))] as const);
console.log(JSON.stringify({ from_memory: Object.fromEntries(fromMemory) }));
if (process.env['DOCKER_HOST'] !== undefined) console.log(JSON.stringify({ on_an_engine: besideInspect() }));

function objectsOf(size: number): readonly ForeignObject[] {
  return Array.from({ length: size }, (_, index): ForeignObject => {
    const configured: JsonObject = {
      container: { image: 'app:1', command: ['serve', `--password=s3cret-${index}`] },
      environment_variables: variablesOf(index, size),
      networking: { networks: { lab: { aliases: [], ipv4_address: null, ipv6_address: null } }, ports: {} },
      run_state: 'running',
    };
    return {
      object: {
        type: 'service',
        name: `app-${index}-1`,
        id: String(index),
        ownership: null,
        configured,
        defaults: {},
        effective: null,
        status: {
          run_state: 'running',
          reason: null,
          since: null,
          exit_code: null,
          restarts: 0,
          incarnation: null,
          health: 'none',
          details: {},
        },
      },
      place: null,
      shared: false,
      predefined: false,
      not_carried: [],
    };
  });
}

function variablesOf(index: number, size: number): Record<string, string> {
  const addresses = Array.from({ length: 29 }, (_, at): [string, string] => [
    `URL_${at}`,
    `http://app-${(index + at) % size}:80/${at}`,
  ]);
  return { ...Object.fromEntries(addresses), DB_PASSWORD: `s3cret-${index}` };
}

function cpuOf(objects: readonly ForeignObject[]): number {
  return median(() => {
    const before = process.cpuUsage();
    importObjects({
      environment: 'bench',
      facts: { kind: 'docker', version: '29', platform: 'linux/amd64' },
      objects,
      exists: () => true,
      named: (path) => path,
    });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
}

function besideInspect(): object {
  const names = Array.from({ length: REAL }, (_, index) => `bench-import-${index}`);
  const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-import-'));
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_RUNTIME_DIR: folder };
  try {
    execFileSync('git', ['init', '--quiet', folder]);
    for (const [index, name] of names.entries()) {
      const words = Object.entries(variablesOf(index, REAL)).map(([key, value]) => `--env=${key}=${value}`);
      docker('run', '--detach', `--name=${name}`, '--stop-signal=SIGKILL', ...words, IMAGE, 'sleep', '100000');
    }
    const [program, ...before] = TRUEUP;
    const [imports, inspects]: [number[], number[]] = [[], []];
    for (let round = 0; round <= RUNS; round += 1) {
      rmSync(join(folder, 'environments'), { recursive: true, force: true });
      const words = ['import', 'docker', ...names, '--environment', 'bench'];
      const took = [
        secondsOf(() => execFileSync(program, [...before, ...words], { cwd: folder, env, stdio: 'pipe' })),
        secondsOf(() => docker('inspect', ...names)),
      ] as const;
      // The first is for the caches.
      if (round > 0) [imports, inspects].forEach((list, at) => list.push(took[at] ?? Number.NaN));
    }
    return { containers: REAL, import_s: spread(imports), docker_inspect_s: spread(inspects) };
  } finally {
    docker('rm', '--force', ...names);
    rmSync(folder, { recursive: true, force: true });
  }
}

function docker(...words: readonly string[]): void {
  execFileSync('docker', words, { stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 });
}

function secondsOf(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}

function spread(seconds: readonly number[]): object {
  const sorted = seconds.toSorted((left, right) => left - right);
  return { minimum: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

function median(measure: () => number): number {
  const seconds = Array.from({ length: RUNS }, measure).toSorted((left, right) => left - right);
  return seconds[Math.floor(RUNS / 2)] ?? Number.NaN;
}
