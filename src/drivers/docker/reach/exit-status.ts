/** How a command ended, in the words of a shell whatever the engine's are. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ExecInspect } from '../api/wire.ts';
import { TrueupError } from '../../../model/failure.ts';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/** What died with its container was killed. */
const KILLED = 137;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

/** What the engine writes in the place of the command's output when there is no such command. */
const MISSING = /OCI runtime exec failed: .*(?:executable file not found|no such file or directory)/;

/** The output of a command ends a moment before the engine knows how the command did. */
export async function exitStatusOf(
  writer: EngineWriter,
  exec: string,
  output: string,
  signal: AbortSignal,
): Promise<number> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const { Running: isRunning, ExitCode: code } = await inspect(writer, exec, signal);
    if (isRunning) await sleep(pause, undefined, { signal });
    else if (code === null) throw new TrueupError('step_failed', 'the command ended without an exit status');
    // Engine 20.10 calls every command that it cannot start one that cannot be run.
    else return code === CANNOT_RUN && MISSING.test(output) ? NOT_FOUND : code;
  }
}

/** Some engines forget a command together with the life of its container. */
async function inspect(
  writer: EngineWriter,
  exec: string,
  signal: AbortSignal,
): Promise<Pick<ExecInspect, 'Running' | 'ExitCode'>> {
  try {
    return await writer.exec(exec, signal);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'object_missing') return { Running: false, ExitCode: KILLED };
    throw error;
  }
}
