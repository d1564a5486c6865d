/**
 * The tests of test/engines/docker beside a private container engine of each generation, one after the other: `npm run
 * test:docker -- [debian|current]… [arguments of vitest]`. Each third of them has an engine of its own. An engine that cannot be had here has its tests
 * skipped by name; in CI that is a failure.
 */
import { ENGINE_VARIABLES } from '../test/support/docker/engine-variables.ts';
import { ENGINE_KINDS, type EngineKind, obtainEngine, RECIPES } from '../test/support/docker/kinds.ts';
import { runBesideEngine } from '../test/support/docker/run-beside-engine.ts';
import { counted } from './test-counts.ts';
import { runVitest, vitestCommand } from './vitest.ts';

// Podman is run by hand: scripts/test-podman.ts.
const GENERATIONS = ENGINE_KINDS.filter((kind) => kind !== 'podman');

const words = process.argv.slice(2);
const isKind = (word: string): word is EngineKind => ENGINE_KINDS.some((kind) => kind === word);
const chosen = words.filter(isKind);
const filters = words.filter((word) => !isKind(word));
const args = ['--project', 'docker', ...filters];
// Tests mostly wait for an engine, and have it to themselves: three thirds take little more than a third of the time.
const THIRDS = ['--shard=1/3', '--shard=2/3', '--shard=3/3'];

process.exitCode = await counted(async (env) => {
  let status = 0;
  for (const kind of chosen.length > 0 ? chosen : GENERATIONS) status = (await testBeside(kind, env)) || status;
  return status;
});

async function testBeside(kind: EngineKind, env: NodeJS.ProcessEnv): Promise<number> {
  const { title } = RECIPES[kind];
  console.log(`\n── ${title}`);
  const lacks = await obtainEngine(kind);
  if (lacks === null) {
    const runs = filters.length > 0 ? [args] : THIRDS.map((third) => [...args, third]);
    const ends = await Promise.all(runs.map((run) => runBesideEngine(kind, vitestCommand(run), env)));
    return ends.find((status) => status !== 0) ?? 0;
  }
  if (env['CI'] === 'true') {
    console.error(`${title} is not here, which in CI is a failure: ${lacks}`);
    return 1;
  }
  return runVitest(args, { ...env, [ENGINE_VARIABLES.lacks]: `${title}: ${lacks}` });
}
