/**
 * The daemon at work: `npm run bench:serve`, after `npm run build`. Real containers on the engine that DOCKER_HOST or the
 * default socket means, the built command in a process of its own, and its events as anybody gets them. Beside each figure
 * stands the engine's share: the time in which a call to it was under way. The image, which must be there and have `sleep`,
 * `httpd` and `true`, is busybox:1, or what BENCH_IMAGE names. BENCH_ENVIRONMENTS, BENCH_SERVICES, BENCH_TIMES and
 * BENCH_QUIET_S make it smaller, BENCH_NODE_OPTIONS are for the daemon, such as `--cpu-prof`; a published port must be reachable
 * at localhost.
 */
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { BenchedDaemon } from './benched-daemon.ts';
import { commits, growth } from './commits.ts';
import { EngineFront } from './engine-front.ts';
import { EngineWorld } from './engine-world.ts';
import { type Figure, printTable } from './figures.ts';
import { idle } from './idle.ts';
import { kills } from './kills.ts';
import { saves } from './saves.ts';
import { scratchRepo } from './scratch-repo.ts';
import type { Workload } from './workload.ts';

const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const workload: Workload = {
  environments: number('BENCH_ENVIRONMENTS', 20),
  services: number('BENCH_SERVICES', 15),
  probed: 10,
  image: process.env['BENCH_IMAGE'] ?? 'busybox:1',
};
const times = number('BENCH_TIMES', 40);
const quietMs = number('BENCH_QUIET_S', 75) * 1000;
const target = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');

const figures: Figure[] = [];
const say = (text: string): void => console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);

using repo = scratchRepo();
const logs = process.env['BENCH_LOGS'] ?? join(repo.root, '..', 'logs');
mkdirSync(logs, { recursive: true });
const world = new EngineWorld(target, workload);
await world.removeAll();
try {
  await using front = await EngineFront.before(target, join(repo.root, '..', 'engine.sock'));
  const nodeOptions = process.env['BENCH_NODE_OPTIONS'] ?? '';
  const env = { ...repo.env, DOCKER_HOST: front.host, NODE_OPTIONS: nodeOptions };
  const common = { repo, env, workload, front, world, values: {} };
  {
    await using serving = await BenchedDaemon.serve({ ...common, log: join(logs, 'serve.log') });
    say(
      `${workload.environments} environments of ${workload.services} are up after ${Math.round(serving.upAfterMs / 1000)} s`,
    );
    for (const [what, measure] of [
      ['commits', () => commits(serving, times)],
      ['kills', () => kills(serving, times)],
      ['idle', () => idle(serving, quietMs)],
      ['growth', () => growth(serving, 20)],
    ] as const) {
      const found = await measure();
      figures.push(...found);
      say(`${what}, load ${loadavg()[0]?.toFixed(1)}: ${found.map(({ measured }) => measured).join(' | ')}`);
    }
  }
  {
    await using watching = await BenchedDaemon.watch({ ...common, log: join(logs, 'watch.log') });
    figures.push(...(await saves(watching, times)));
    say(`saves: load ${loadavg()[0]?.toFixed(1)}`);
  }
} catch (error) {
  // Said before everything is removed, which takes long.
  console.error(error);
  process.exitCode = 1;
} finally {
  await world.removeAll();
}
printTable(figures);
