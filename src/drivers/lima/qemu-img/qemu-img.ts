/**
 * Runs qemu-img, which QEMU brings along. limactl itself has it do the same to the first disk of a machine at rest, but passes by the
 * further ones and keeps what it complains of for itself.
 */
import { tmpdir } from 'node:os';
import { TrueupError } from '../../../model/failure.ts';

const TIMEOUT_MS = 300_000;
const MAX_BYTES = 16 * 1024 * 1024;

export interface ImageAnswer {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whatever it ends with. Rejects where it cannot be run, takes too long, or the signal aborts. */
export async function askQemuImg(words: readonly string[], signal: AbortSignal): Promise<ImageAnswer> {
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const done = await execa('qemu-img', [...words], {
    env: { ...process.env, LC_ALL: 'C' },
    extendEnv: false,
    cwd: tmpdir(),
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: TIMEOUT_MS,
    forceKillAfterDelay: 1000,
    maxBuffer: MAX_BYTES,
    stripFinalNewline: false,
    reject: false,
  });
  signal.throwIfAborted();
  if (done.code === 'ENOENT')
    throw new TrueupError('step_failed', 'qemu-img is not on the PATH', {
      next: 'install QEMU with its tools (Debian: qemu-utils)',
    });
  if (done.timedOut)
    throw new TrueupError('step_failed', `qemu-img ${words[0] ?? ''} gave no answer within ${TIMEOUT_MS / 1000} s`, {
      next: 'look whether the disks can be read and written',
    });
  return { exit_code: done.exitCode ?? 1, stdout: done.stdout, stderr: done.stderr };
}
