/**
 * Runs a command beside a private container engine: `node scripts/with-engine.ts debian|current|podman COMMAND…`. The
 * engine is at $DOCKER_HOST, with the image busybox:1; it ends with the command.
 */
import { ENGINE_KINDS, obtainEngine, RECIPES } from '../test/support/docker/kinds.ts';
import { runBesideEngine } from '../test/support/docker/run-beside-engine.ts';

const [name, ...command] = process.argv.slice(2);
const kind = ENGINE_KINDS.find((candidate) => candidate === name);

if (kind === undefined || command.length === 0) {
  console.error(`usage: with-engine.ts ${ENGINE_KINDS.join('|')} COMMAND…`);
  process.exitCode = 64;
} else {
  const lacks = await obtainEngine(kind);
  if (lacks !== null) console.error(`${RECIPES[kind].title}: ${lacks}`);
  process.exitCode = lacks === null ? await runBesideEngine(kind, command) : 1;
}
