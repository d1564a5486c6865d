import { describe, it } from 'vitest';
import { seedNow } from '../support/chaos/random.ts';
import { scratchRepo } from '../support/cli.ts';
import { processSoakWorld } from '../support/soak/process-soak-world.ts';
import { SoakDaemon } from '../support/soak/soak-daemon.ts';
import { SoakRepo } from '../support/soak/soak-repo.ts';
import { runSoak } from '../support/soak/soak-run.ts';

/** The long form is `npm run soak`. */
const MINUTES = Number(process.env['TRUEUP_SOAK_MINUTES'] ?? 0.4);
const SEED = seedNow();
const MINUTE = 60_000;

// What it does goes on beside other work, and waits for the daemon.
process.env['TRUEUP_DEADLINE_MS'] ??= '600000';

describe('a soak of the daemon on processes', () => {
  it(
    `for ${MINUTES} minutes ends converged, with flat curves (TRUEUP_SEED=${SEED})`,
    async () => {
      await using repo = await scratchRepo();
      await using daemon = new SoakDaemon(repo);
      const world = processSoakWorld(repo, (pid) => pid === daemon.pid);
      const options = { seed: SEED, minutes: MINUTES, lives: 2, sampleMs: 500, pauseMs: 1500, tell: () => undefined };

      await runSoak({ git: new SoakRepo(repo, 'process'), daemon, world }, options, { samples: [], marks: [] });
    },
    (MINUTES + 15) * MINUTE,
  );
});
