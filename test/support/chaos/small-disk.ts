/** A small file system in the place of a folder, which can be filled up, or whose disk can fail. Needs root on Linux. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const DISK_BYTES = 8 * 1024 * 1024;
/** The head of the file system, which is in memory anyway, and nothing else. */
const BROKEN_BYTES = 64 * 1024;

/** Why there can be none here; `null` where there can. */
export function lacksSmallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'mounting a small file system needs root on Linux';
  return null;
}

/** Why there can be no failing one here; `null` where there can. */
export function lacksFailingDisk(): string | null {
  const lacks = lacksSmallDisk();
  if (lacks !== null) return lacks;
  if (!existsSync('/dev/loop-control')) return 'there are no loop devices here';
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...SYSTEM_FOLDERS];
  const missing = ['mkfs.ext4', 'losetup'].filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return missing.length === 0 ? null : `there is no ${missing.join(' and no ')} here`;
}

/** Where only root looks. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export class FullDisk implements Disposable {
  readonly #folder: string;

  /** In memory, over the folder, which is made. */
  constructor(folder: string, size: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  }

  /** Takes what room is left, to the last page. */
  fill(): void {
    const filler = join(this.#folder, 'filler');
    const page = Buffer.alloc(4096);
    try {
      for (;;) writeFileSync(filler, page, { flag: 'a' });
    } catch {
      // Full.
    }
  }

  /** Full from now on: what is freed, such as by a file that takes the place of another, is taken as well. */
  keepFull(): Disposable {
    this.fill();
    const filling = setInterval(() => this.fill(), 5);
    return { [Symbol.dispose]: () => clearInterval(filling) };
  }

  makeRoom(): void {
    rmSync(join(this.#folder, 'filler'), { force: true });
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.#folder]);
  }
}

/** A disk whose sectors can no longer be written: what is written fails with EIO once it is to reach the disk. */
export class FailingDisk implements Disposable {
  readonly #folder: string;
  readonly #file: string;
  readonly #device: string;

  /** `file` is where the disk lies; the folder is made. Throws where there are no loop devices. */
  constructor(folder: string, file: string) {
    this.#folder = folder;
    this.#file = file;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, '');
    truncateSync(file, DISK_BYTES);
    run('mkfs.ext4', '-q', '-O', '^has_journal', file);
    this.#device = run('losetup', '--find', '--show', file);
    execFileSync('mount', [this.#device, folder]);
  }

  /** The disk ends where its data would begin. What is written just then makes its file longer again. */
  fail(): void {
    execFileSync('sync', ['--file-system', this.#folder]);
    do {
      truncateSync(this.#file, BROKEN_BYTES);
      run('losetup', '--set-capacity', this.#device);
    } while (this.#bytes() !== BROKEN_BYTES);
  }

  #bytes(): number {
    return 512 * Number(readFileSync(join('/sys/block', basename(this.#device), 'size'), 'utf8'));
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.#folder]);
    run('losetup', '--detach', this.#device);
  }
}

function run(program: string, ...args: readonly string[]): string {
  const env = { ...process.env, PATH: [process.env['PATH'] ?? '', ...SYSTEM_FOLDERS].join(':') };
  return execFileSync(program, args, { encoding: 'utf8', env }).trim();
}
