/** What the host agent of a machine says: a line of JSON for each thing that happens, from its start on. */
import { isJsonArray, isJsonObject, type JsonObject, member, parseJson } from '../../../model/json.ts';
import { textOf } from '../marks.ts';

export interface HostAgentStatus {
  /** Lima is content: what it waits for has come. */
  readonly isRunning: boolean;
  /** It runs, and something that Lima waited for did not come. */
  readonly isDegraded: boolean;
  /** It ends, or has ended. */
  readonly isExiting: boolean;
  readonly errors: readonly string[];
  readonly isCloudInitDone: boolean;
  /** The last line that it heard of cloud-init. */
  readonly cloudInitLine: string | null;
}

/** `null` where it has never said anything. */
export async function lastStatus(path: string): Promise<HostAgentStatus | null> {
  const text = await textOf(path);
  return text === null ? null : statusAfter(text);
}

export function statusAfter(text: string): HostAgentStatus | null {
  let known: HostAgentStatus | null = null;
  for (const line of text.split('\n')) {
    const status = statusIn(line);
    if (status !== null) known = after(known, status);
  }
  return known;
}

/** A word on forwarded ports or cloud-init says as little of the rest as silence would. */
function after(known: HostAgentStatus | null, status: JsonObject): HostAgentStatus {
  const { cloudInitProgress: progress = null, portForward = null, vsock = null } = status;
  const isAside = progress !== null || portForward !== null || vsock !== null;
  const line = member(progress, 'logLine');
  const errors = status['errors'];
  const now = {
    isRunning: status['running'] === true,
    isDegraded: status['degraded'] === true,
    isExiting: status['exiting'] === true,
    errors: isJsonArray(errors) ? errors.filter((error) => typeof error === 'string') : [],
  };
  return {
    ...(isAside && known !== null && !now.isRunning ? known : now),
    isCloudInitDone: (known?.isCloudInitDone ?? false) || member(progress, 'completed') === true,
    cloudInitLine: typeof line === 'string' && line !== '' ? line : (known?.cloudInitLine ?? null),
  };
}

function statusIn(line: string): JsonObject | null {
  if (!line.startsWith('{')) return null;
  try {
    const status = member(parseJson(line), 'status');
    return isJsonObject(status) ? status : null;
  } catch {
    // The last line may be half written.
    return null;
  }
}
