/**
 * A run of chaos: `npm run chaos -- --engine docker --minutes 60 --seed 1`. `--engine` is `process`, or `docker` for a private
 * engine of Debian's, or one of the kinds that the docker tests know. Ends with 1 where something did not come right, and
 * says the seed and the round.
 */
import { parseArgs } from 'node:util';
import { BesiegedShop } from '../test/support/chaos/besieged-shop.ts';
import { runChaos } from '../test/support/chaos/chaos-run.ts';
import { dockerShopWorld } from '../test/support/chaos/docker-shop-world.ts';
import { processShopWorld } from '../test/support/chaos/process-shop-world.ts';
import { scratchRepo } from '../test/support/cli.ts';
import { dockerRepo } from '../test/support/docker/docker-repo.ts';
import { EngineControl } from '../test/support/docker/engine-control.ts';
import { ENGINE_VARIABLES } from '../test/support/docker/engine-variables.ts';
import { ENGINE_KINDS, obtainEngine } from '../test/support/docker/kinds.ts';
import { runBesideEngine } from '../test/support/docker/run-beside-engine.ts';

// Long runs go on beside other work.
process.env['TRUEUP_DEADLINE_MS'] ??= '240000';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'process' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const { engine } = values;
const kind = engine === 'docker' ? 'debian' : ENGINE_KINDS.find((name) => name === engine);
const options = { seed: Number(values.seed), minutes: Number(values.minutes), tell: console.log };

if (engine === 'process') process.exitCode = await onProcesses();
else if (kind === undefined || !(options.minutes > 0) || !Number.isInteger(options.seed)) {
  console.error(`usage: chaos.ts [--engine process|docker|${ENGINE_KINDS.join('|')}] [--minutes N] [--seed N]`);
  process.exitCode = 64;
} else if (process.env[ENGINE_VARIABLES.host] === undefined) {
  const lacks = await obtainEngine(kind);
  if (lacks !== null) console.error(lacks);
  // The same again, beside the engine.
  const again = [process.execPath, import.meta.filename, '--engine', kind];
  const given = ['--minutes', values.minutes, '--seed', values.seed];
  process.exitCode = lacks === null ? await runBesideEngine(kind, [...again, ...given]) : 1;
} else process.exitCode = await onContainers();

async function onProcesses(): Promise<number> {
  await using repo = await scratchRepo({ 'README.md': 'a shop' });
  return await played(new BesiegedShop('process', repo, processShopWorld(repo)), null);
}

async function onContainers(): Promise<number> {
  await using repo = await dockerRepo({ 'README.md': 'a shop' });
  return await played(
    new BesiegedShop('docker', repo, dockerShopWorld(repo.engine.calls)),
    new EngineControl(repo.engine),
  );
}

async function played(shop: BesiegedShop, control: EngineControl | null): Promise<number> {
  console.log(`chaos on ${engine}: seed ${options.seed}, ${options.minutes} minutes`);
  try {
    await runChaos(shop, { ...options, control });
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}
