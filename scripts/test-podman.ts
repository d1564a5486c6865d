/**
 * The contract suite on Podman's compatible API: `npm run test:podman -- [arguments of vitest]`. What Podman cannot do is
 * skipped by name, with the reason. No part of `npm test`.
 */
import { join } from 'node:path';
import { obtainEngine, RECIPES } from '../test/support/docker/kinds.ts';
import { runBesideEngine } from '../test/support/docker/run-beside-engine.ts';
import { vitestCommand } from './vitest.ts';

const lacks = await obtainEngine('podman');
const suite = join('test', 'engines', 'docker', 'contract.test.ts');

if (lacks === null) {
  const args = ['--project', 'docker', suite, ...process.argv.slice(2)];
  process.exitCode = await runBesideEngine('podman', vitestCommand(args));
} else {
  console.error(`${RECIPES.podman.title}: ${lacks}`);
  process.exitCode = 1;
}
