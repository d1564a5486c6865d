/** A Lima of our own: a folder for its machines, and nothing of the user's own ones. What is left is stopped and removed at the end. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually.ts';
import { lacksForLimaGuest } from './guest.ts';

const run = promisify(execFile);

/** Why no machine of Lima can be had here; `null` where one can. */
export function lacksForLima(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Lima: needs Linux on x86_64';
  if (process.getuid?.() === 0) return 'Lima: needs a user other than root';
  const places = (process.env['PATH'] ?? '').split(delimiter);
  const missing = ['limactl', 'qemu-system-x86_64', 'ssh'].filter(
    (name) => !places.some((place) => existsSync(join(place, name))),
  );
  const lacks = [...missing, ...lacksForLimaGuest()];
  return lacks.length === 0 ? null : `Lima: needs ${lacks.join(', ')}`;
}

export class PrivateHome implements AsyncDisposable {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  /** Its sockets have to fit the system: the path is short. */
  static async make(): Promise<PrivateHome> {
    const home = await mkdtemp(join(tmpdir(), 'tu-lima-'));
    // Lima's own default is to download containerd.
    await mkdir(join(home, '_config'), { mode: 0o700 });
    await writeFile(join(home, '_config', 'default.yaml'), 'containerd: { system: false, user: false }\n');
    return new PrivateHome(home);
  }

  /** What limactl prints; rejects where it fails. */
  async limactl(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, LIMA_HOME: this.home };
    const { stdout } = await run('limactl', ['--tty=false', ...args], { env, cwd: this.home });
    return stdout.trim();
  }

  /** Lima's own word for the state of a machine. */
  async status(machine: string): Promise<string> {
    return this.limactl('list', '--format', '{{.Status}}', machine);
  }

  path(machine: string, file: string): string {
    return join(this.home, machine, file);
  }

  /** Ends a process of a machine as a crash does. */
  async kill(machine: string, part: 'qemu' | 'ha'): Promise<void> {
    const pid = Number(await readFile(this.path(machine, `${part}.pid`), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await eventually(async () => (await this.status(machine)) !== 'Running', `Lima to notice that ${part} is gone`);
  }

  /** All that is left: machines and disks. */
  async remains(): Promise<string> {
    const names = async (...args: readonly string[]): Promise<readonly string[]> =>
      (await this.limactl(...args)).split('\n').flatMap((line) => /^\{"name":"([^"]*)"/.exec(line)?.[1] ?? []);
    return [...(await names('list', '--json')), ...(await names('disk', 'list', '--json'))].join('\n');
  }

  /** Removes all machines and disks. */
  async clear(): Promise<void> {
    const names = (await this.remains()).split('\n').filter((name) => name !== '');
    for (const name of names) {
      await this.limactl('delete', '--force', name).catch(() => undefined);
      await this.limactl('disk', 'delete', '--force', name).catch(() => undefined);
      await rm(join(this.home, name), { recursive: true, force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    await rm(this.home, { recursive: true, force: true });
  }
}
