/**
 * What hooks of one worktree have asked for, and who is at work on it. A request is a file that hooks make and that is
 * taken by removing it, so that each is carried out by exactly one; a hook that finds a runner alive after it has asked
 * need not start another, because a runner that leaves looks once more after it has said so.
 */
import { mkdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLiving } from '../../files/is-living.ts';
import { ASKED_FILE, RUN_FOLDER, RUNNER_FILE, TROUBLE_FILE } from '../../git/hooks/launcher-text.ts';
import { isRewriting } from '../../git/hooks/rewriting.ts';
import { pause } from '../../state/pause.ts';

/** So long nothing more must have happened. */
const QUIET_MS = 100;

const LOOK_MS = 25;

/** A rebase that does not move for so long waits for a person: whoever goes on with it starts another runner. */
const REWRITE_PATIENCE_MS = 15_000;

/** Shorter than what hooks take for dead. */
const SIGN_OF_LIFE_MS = 30_000;

const LONGEST_TROUBLE = 4_000;

const FOLLOWED_FILE = 'followed';

export class HookRequests {
  readonly #gitDir: string;
  readonly #folder: string;

  /** The git folder of the worktree. */
  constructor(gitDir: string) {
    this.#gitDir = gitDir;
    this.#folder = join(gitDir, RUN_FOLDER);
  }

  /** Asks, as a hook does. */
  async ask(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#path(ASKED_FILE), '');
  }

  /** `null` while another runner is at work, which will see what was asked for. Disposing of it leaves. */
  async begin(): Promise<AsyncDisposable | null> {
    const path = this.#path(RUNNER_FILE);
    const other = Number(await readFile(path, 'utf8').catch(() => ''));
    if (other > 0 && other !== process.pid && isLiving(other)) return null;
    await mkdir(this.#folder, { recursive: true });
    await writeFile(path, `${process.pid}\n`);
    const signs = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), SIGN_OF_LIFE_MS);
    signs.unref();
    return {
      [Symbol.asyncDispose]: async () => {
        clearInterval(signs);
        const now = Number(await readFile(path, 'utf8').catch(() => ''));
        if (now === process.pid) await rm(path, { force: true });
      },
    };
  }

  async isAsked(): Promise<boolean> {
    return (await this.#askedAt()) !== null;
  }

  /** Waits until nothing more happens, and takes what was asked for; `false` where nothing was, or nothing is to be done yet. */
  async take(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const askedAt = await this.#askedAt();
      if (askedAt === null) return false;
      const age = Date.now() - askedAt;
      const rewriting = await isRewriting(this.#gitDir);
      if (rewriting && age > REWRITE_PATIENCE_MS) {
        await this.#remove();
        return false;
      }
      // An age below nothing: the clock was set back.
      if (!rewriting && (age >= QUIET_MS || age < 0)) return this.#remove();
      await pause(LOOK_MS, signal);
    }
  }

  /** What the last runner said that could not begin; `null` where none did. */
  async trouble(): Promise<string | null> {
    const text = (await readFile(this.#path(TROUBLE_FILE), 'utf8').catch(() => '')).trim().slice(0, LONGEST_TROUBLE);
    return text === '' ? null : text;
  }

  /** The commit that was followed last in this worktree. */
  async followed(): Promise<string | null> {
    const text = await readFile(this.#path(FOLLOWED_FILE), 'utf8').catch(() => '');
    return /^[0-9a-f]{40,64}\n$/.test(text) ? text.trim() : null;
  }

  async setFollowed(commit: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#path(FOLLOWED_FILE), `${commit}\n`);
  }

  async #askedAt(): Promise<number | null> {
    return stat(this.#path(ASKED_FILE)).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
  }

  async #remove(): Promise<boolean> {
    return unlink(this.#path(ASKED_FILE)).then(
      () => true,
      () => false,
    );
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
