/**
 * A soak of the daemon: `npm run soak -- --engine docker --minutes 30 --seed 1 --svg soak.svg`. `--engine` is `process`, or
 * `docker` for a private engine of Debian's, or one of the kinds that the docker tests know. `--lives` is how often the
 * daemon is started. Ends with 1 where something did not come right, and says the seed and all that was done.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ScratchRepo, scratchRepo } from '../test/support/cli.ts';
import { dockerRepo } from '../test/support/docker/docker-repo.ts';
import { ENGINE_VARIABLES } from '../test/support/docker/engine-variables.ts';
import { ENGINE_KINDS, obtainEngine } from '../test/support/docker/kinds.ts';
import { runBesideEngine } from '../test/support/docker/run-beside-engine.ts';
import { dockerSoakWorld } from '../test/support/soak/docker-soak-world.ts';
import { processSoakWorld } from '../test/support/soak/process-soak-world.ts';
import { soakCurves } from '../test/support/soak/soak-curves.ts';
import { SoakDaemon } from '../test/support/soak/soak-daemon.ts';
import { SoakRepo } from '../test/support/soak/soak-repo.ts';
import { runSoak, type SoakRecord } from '../test/support/soak/soak-run.ts';
import type { SoakEngine } from '../test/support/soak/soak-state.ts';
import type { SoakWorld } from '../test/support/soak/soak-world.ts';

// Long runs go on beside other work.
process.env['TRUEUP_DEADLINE_MS'] ??= '300000';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'process' },
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    lives: { type: 'string', default: '4' },
    svg: { type: 'string', default: '' },
    log: { type: 'string', default: '' },
    // Passed to the daemon's runtime: `--node=--heapsnapshot-signal=SIGUSR2`.
    node: { type: 'string', multiple: true, default: [] },
  },
});
const { engine, svg, log } = values;
const kind = engine === 'docker' ? 'debian' : ENGINE_KINDS.find((name) => name === engine);
const [seed, minutes, lives] = [values.seed, values.minutes, values.lives].map(Number) as [number, number, number];

if (!(minutes > 0) || !Number.isInteger(seed) || !(lives >= 1) || (engine !== 'process' && kind === undefined)) {
  const engines = ['process', 'docker', ...ENGINE_KINDS].join('|');
  console.error(`usage: soak.ts [--engine ${engines}] [--minutes N] [--seed N] [--lives N] [--svg FILE] [--log FILE]`);
  process.exitCode = 64;
} else if (engine === 'process' || kind === undefined) {
  await using repo = await scratchRepo();
  await using daemon = new SoakDaemon(repo, values.node);
  process.exitCode = await soaked(
    'process',
    repo,
    daemon,
    processSoakWorld(repo, (pid) => pid === daemon.pid),
  );
} else if (process.env[ENGINE_VARIABLES.host] === undefined) {
  const lacks = await obtainEngine(kind);
  if (lacks !== null) console.error(lacks);
  // The same again, beside the engine.
  const again = [process.execPath, import.meta.filename, ...process.argv.slice(2), '--seed', values.seed];
  process.exitCode = lacks === null ? await runBesideEngine(kind, again) : 1;
} else {
  await using repo = await dockerRepo({});
  await using daemon = new SoakDaemon(repo, values.node);
  process.exitCode = await soaked('docker', repo, daemon, dockerSoakWorld(repo.engine));
}

async function soaked(on: SoakEngine, repo: ScratchRepo, daemon: SoakDaemon, world: SoakWorld): Promise<number> {
  const title = `trueup serve on ${engine}: seed ${seed}, ${minutes} minutes`;
  console.log(`${title} (daemon log: ${daemon.log})`);
  const record: SoakRecord = { samples: [], marks: [] };
  const options = { seed, minutes, lives, sampleMs: 3000, pauseMs: 6000, tell: console.log };
  try {
    const lines = await runSoak({ git: new SoakRepo(repo, on), daemon, world }, options, record);
    console.log(`converged, ${title}:\n${lines.join('\n')}`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    if (svg !== '') await writeFile(svg, soakCurves(title, record.samples, record.marks));
    if (log !== '') await copyFile(daemon.log, log).catch(() => undefined);
  }
}
