/** One file of a folder of hooks: what is there, and writing it whole or not at all, with the mode that it is to have. */
import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { TrueupError } from '../../model/failure.ts';

export type HookFile =
  | { readonly kind: 'none' }
  /** `text` is Latin-1: one character a byte. */
  | { readonly kind: 'file'; readonly text: string; readonly mode: number }
  /** A link, or what is no file. */
  | { readonly kind: 'other'; readonly isFolder: boolean };

export const NEW_HOOK_MODE = 0o755;

export async function readHook(path: string): Promise<HookFile> {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return { kind: 'other', isFolder: found.isDirectory() };
    return { kind: 'file', text: await readFile(path, 'latin1'), mode: found.mode & 0o7777 };
  } catch (error) {
    if (isMissing(error)) return { kind: 'none' };
    throw refused(`${path} cannot be read`, error);
  }
}

/** Whoever runs hooks meanwhile runs the old one or the new one. */
export async function writeHook(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text, 'latin1');
      // Whatever the umask says: a hook keeps the mode that it had.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw refused(`${path} cannot be written`, error);
  }
}

/** Does something to files of hooks; what keeps it from it is one kind of failure. */
export async function touching<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TrueupError) throw error;
    throw refused(what, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function refused(what: string, cause: unknown): TrueupError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError('git_hooks_refused', `${what}: ${reason}`, {
    cause,
    next: 'give your user the right to write there, or point `core.hooksPath` of this repo to a folder of your own',
  });
}
