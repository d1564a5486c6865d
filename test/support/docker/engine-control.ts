/**
 * What may happen to the engine under test itself: frozen, killed, started again, lost with all that runs, as when its
 * machine goes down. Whoever disturbs it sees to it that it is up again in the end.
 */
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sendSignal } from '../chaos/send-signal.ts';
import { eventually } from '../eventually.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { pathFor, RECIPES } from './kinds.ts';

const START_MS = 180_000;

export class EngineControl {
  readonly #engine: EngineUnderTest;
  readonly #folder: string;

  constructor(engine: EngineUnderTest) {
    this.#engine = engine;
    this.#folder = join(engine.socket, '..');
  }

  async freeze(): Promise<void> {
    process.kill(await this.#pid(), 'SIGSTOP');
  }

  async thaw(): Promise<void> {
    process.kill(await this.#pid(), 'SIGCONT');
  }

  /** SIGKILL leaves the containers running, SIGTERM ends them; resolves once the engine is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const pid = await this.#pid();
    process.kill(pid, signal);
    await eventually(async () => !(await isAlive(pid)), 'the engine to end', START_MS);
  }

  /** With everything that runs on it, as a machine whose power fails; what lies on its disk stays. */
  async losePower(): Promise<void> {
    await this.end('SIGKILL');
    await eventually(
      async () => {
        const pids = await this.#runningOnIt();
        for (const pid of pids) sendSignal(pid, 'SIGKILL');
        return pids.length === 0;
      },
      'everything on the engine to end',
      START_MS,
    );
    for (const mounted of await this.#mounted()) unmount(mounted);
    await rm(join(this.#folder, 'exec'), { recursive: true, force: true });
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const { kind, socket, calls } = this.#engine;
    await rm(join(this.#folder, 'pid'), { force: true });
    const { command, environment } = RECIPES[kind];
    const [file, ...args] = command(this.#folder, socket);
    const output = openSync(join(this.#folder, 'log'), 'a');
    const env = { ...process.env, ...environment(this.#folder), PATH: pathFor(kind) };
    spawn(file, args, { stdio: ['ignore', output, output], env, detached: true }).unref();
    const answers = async (): Promise<boolean> => {
      const answer = await calls.call('GET', '/_ping').catch(() => null);
      return answer?.status === 200;
    };
    await eventually(answers, 'the engine to answer again', START_MS);
  }

  /** All that the engine mounted, the innermost first. */
  async #mounted(): Promise<readonly string[]> {
    const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
    const places = lines.map((line) => line.split(' ')[4] ?? '');
    return places.filter((place) => place.startsWith(`${this.#folder}/`)).toReversed();
  }

  async #pid(): Promise<number> {
    return Number(await readFile(join(this.#folder, 'pid'), 'utf8'));
  }

  /** Supervisors by their command line, and what runs in namespaces that are not ours. */
  async #runningOnIt(): Promise<readonly number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const own = await readlink('/proc/self/ns/pid');
    const found = pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const namespace = await readlink(`/proc/${pid}/ns/pid`).catch(() => own);
      const isSupervisor = /containerd/.test(line) && line.includes(this.#folder);
      return (isSupervisor || namespace !== own) && (await isAlive(Number(pid))) ? [Number(pid)] : [];
    });
    return (await Promise.all(found)).flat();
  }
}

/** What went along with those that were killed is gone already. */
function unmount(place: string): void {
  try {
    execFileSync('umount', ['--lazy', place], { stdio: 'ignore' });
  } catch {
    const isThere = readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${place} `);
    if (isThere) throw new Error(`${place} cannot be unmounted`);
  }
}

/** What was killed and not yet reaped counts as gone. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return /^ [^ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
}
