/**
 * The tests of test/engines/docker beside private container engines of each generation, one after the other: `npm run
 * test:docker -- [debian|current]… [arguments of vitest]`. Workers, each with an engine of its own, take one file after the
 * other. An engine that cannot be had here has its tests skipped by name; in CI that is a failure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPOSE_LACKS, obtainCompose } from '../test/support/docker/compose.ts';
import { ENGINE_VARIABLES } from '../test/support/docker/engine-variables.ts';
import { ENGINE_KINDS, type EngineKind, obtainEngine, RECIPES } from '../test/support/docker/kinds.ts';
import { KIND_LACKS, obtainKind } from '../test/support/kind/obtain.ts';
import { LAB_LACKS, obtainLab } from '../test/support/lab/obtain.ts';
import { runBesideEngine } from '../test/support/docker/run-beside-engine.ts';
import { dockerArguments, dockerParts } from './docker-parts.ts';
import { layOutParts } from './part-queue.ts';
import { counted } from './test-counts.ts';
import { runVitest, vitestCommand } from './vitest.ts';

// Podman is run by hand: scripts/test-podman.ts.
const GENERATIONS = ENGINE_KINDS.filter((kind) => kind !== 'podman');
// Tests mostly wait for an engine, and have it to themselves: three workers take little more than a third of the time, and
// more of them on two cores none less.
const WORKERS = 3;

interface Beside {
  readonly name: string;
  /** Tells the tests why there is none. */
  readonly variable: string;
  readonly obtain: () => Promise<string | null>;
  /** What the titles of the parts hold that need it; all of them may where it is left out. */
  readonly of?: string;
}

const BESIDE: readonly Beside[] = [
  { name: 'Docker Compose', variable: COMPOSE_LACKS, obtain: obtainCompose },
  { name: 'kind', variable: KIND_LACKS, obtain: obtainKind, of: 'engines/kind' },
  { name: 'the example lab', variable: LAB_LACKS, obtain: obtainLab, of: 'docker/lab' },
];

const words = process.argv.slice(2);
const isKind = (word: string): word is EngineKind => ENGINE_KINDS.some((kind) => kind === word);
const chosen = words.filter(isKind);
const filters = words.filter((word) => !isKind(word));

// Whoever breaks it off wants no further engine; those that run are stopped where they were started.
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort());

process.exitCode = await counted(async (env) => {
  let status = 0;
  for (const kind of chosen.length > 0 ? chosen : GENERATIONS) {
    if (stopped.signal.aborted) return 130;
    const ended = await testBeside(kind, env);
    status = status === 0 ? ended : status;
  }
  return status;
});

async function testBeside(kind: EngineKind, env: NodeJS.ProcessEnv): Promise<number> {
  const { title } = RECIPES[kind];
  console.log(`\n── ${title}`);
  const lacks = await obtainEngine(kind);
  if (lacks === null) {
    const missing = await obtainBeside(kind);
    const reasons = Object.values(missing);
    if (reasons.length === 0 || env['CI'] !== 'true') return inWorkers(kind, { ...env, ...missing });
    for (const reason of reasons) console.error(`Not here, which in CI is a failure: ${reason}`);
    return 1;
  }
  if (env['CI'] === 'true') {
    console.error(`${title} is not here, which in CI is a failure: ${lacks}`);
    return 1;
  }
  return runVitest(dockerArguments(filters), { ...env, [ENGINE_VARIABLES.lacks]: `${title}: ${lacks}` });
}

/** What else the tests need is built before they begin. Resolves with variables for what cannot be had here. */
async function obtainBeside(kind: EngineKind): Promise<Readonly<Record<string, string>>> {
  const titles = dockerParts(kind, filters).map(({ title }) => title);
  const missing: Record<string, string> = {};
  for (const { name, variable, obtain, of = '' } of BESIDE) {
    const lacks = titles.some((title) => title.includes(of)) ? await obtain() : null;
    if (lacks !== null) missing[variable] = `${name}: ${lacks}`;
  }
  return missing;
}

/** No more workers than there are parts; a single part prints as it goes. */
async function inWorkers(kind: EngineKind, env: NodeJS.ProcessEnv): Promise<number> {
  const parts = dockerParts(kind, filters);
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return runBesideEngine(kind, vitestCommand(first.args), env);
  const folder = mkdtempSync(join(tmpdir(), 'trueup-parts-'));
  try {
    layOutParts(folder, parts);
    const worker = [process.execPath, join(import.meta.dirname, 'take-parts.ts'), folder];
    const workers = parts.slice(0, WORKERS).map(() => runBesideEngine(kind, worker, env));
    const ends = await Promise.all(workers);
    return ends.find((status) => status !== 0) ?? 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
