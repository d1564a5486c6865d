/** The kubeconfig files of the user: those that kubectl reads together, in their order. */
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** Never empty. New contexts go into the first one. */
export function userKubeconfigs(
  { KUBECONFIG: listed = '' }: NodeJS.ProcessEnv = process.env,
): readonly [string, ...string[]] {
  const [first, ...others] = [...new Set(listed.split(delimiter).filter((path) => path !== ''))].map((path) =>
    resolve(path),
  );
  return first === undefined ? [join(homedir(), '.kube', 'config')] : [first, ...others];
}
