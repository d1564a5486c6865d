/** Whether the kubectl on the PATH is one that the cluster is made for. What cannot be told is no reason to hold anybody up. */
import { member, parseJson } from '../../model/json.ts';
import { clientSkewProblem } from '../../model/kubernetes-versions.ts';

const TIMEOUT_MS = 5000;

/** `v1.36.3`; `null` where it does not say, or is not there. */
export async function kubectlVersion(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | null> {
  const { execa } = await import('execa');
  const done = await execa('kubectl', ['version', '--client', '--output=json'], {
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: TIMEOUT_MS,
    forceKillAfterDelay: 1000,
    reject: false,
  });
  return done.exitCode === 0 ? versionIn(done.stdout) : null;
}

export function versionIn(json: string): string | null {
  try {
    const version = member(member(parseJson(json), 'clientVersion'), 'gitVersion');
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/** One line for people; `null` where the two go together, or one of them is not known. */
export function skewWarning(client: string | null, server: string | null): string | null {
  const problem = client === null || server === null ? null : clientSkewProblem(`kubectl ${client}`, client, server);
  return problem === null ? null : `warning: ${problem}: some of what it asks for may be unknown there`;
}
