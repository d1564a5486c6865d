/** Versions of Kubernetes: which one is meant, and how far those of one cluster and its tools may be apart. Pure. */

interface Minor {
  readonly major: number;
  readonly minor: number;
}

/** `1.36` of `v1.36.3`; `null` for what is no version. */
function minorOf(version: string): Minor | null {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a declared version, which may leave the patch level out, is the one that runs. */
export function isVersion(declared: string, running: string): boolean {
  const [wanted, found] = [declared.replace(/^v/, ''), running.replace(/^v/, '').replace(/[-+].*$/, '')];
  return found === wanted || found.startsWith(`${wanted}.`);
}

/** How many minor versions one is ahead of the other, below 0 for behind; `null` where nobody can tell. */
export function minorsAhead(version: string, other: string): number | null {
  const [one, two] = [minorOf(version), minorOf(other)];
  if (one === null || two === null) return null;
  if (one.major !== two.major) return one.major > two.major ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return one.minor - two.minor;
}

/** A node may be three minor versions behind its API server, and never ahead of it. */
const NODE_BEHIND = 3;

/** A client may be one minor version away from the server, either way. */
const CLIENT_APART = 1;

/** What is wrong with the versions of nodes beside that of their server, one sentence each. */
export function skewProblems(
  server: string,
  nodes: readonly { readonly name: string; readonly version: string }[],
): readonly string[] {
  return nodes.flatMap(({ name, version }) => {
    const ahead = minorsAhead(version, server) ?? 0;
    if (ahead > 0) return [`node ${name} runs ${version}, ahead of its API server ${server}`];
    return ahead < -NODE_BEHIND ? [`node ${name} runs ${version}, too far behind its API server ${server}`] : [];
  });
}

/** What is wrong with a client, called `who`, beside the server that it asks; `null` for nothing. */
export function clientSkewProblem(who: string, client: string, server: string): string | null {
  const ahead = minorsAhead(client, server) ?? 0;
  if (Math.abs(ahead) <= CLIENT_APART) return null;
  return `${who} is more than one minor version ${ahead > 0 ? 'ahead of' : 'behind'} the API server ${server}`;
}
