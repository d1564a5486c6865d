/** Whether a manifest that is about to be written loads: what it would mean is known before there is a file. */
import { posix } from 'node:path';
import { withFile } from '../manifest/import/added-file.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { InvalidManifestsError, TrueupError } from '../model/failure.ts';
import { formatSource } from '../model/source.ts';
import { loadDesired } from './load.ts';
import type { Workspace } from './workspace.ts';

/** Mistakes of two environments together: neither is wrong by itself. */
const OF_NEIGHBOURS: ReadonlySet<string> = new Set([
  'port_conflict',
  'engine_conflict',
  'claim_conflict',
  'duplicate_key',
]);

/** Throws where it does not: for what another file of the repo stands against, and else because that is a defect. */
export async function assertLoads(
  workspace: Workspace,
  environment: string,
  text: string,
  signal: AbortSignal,
): Promise<DesiredEnvironment> {
  const path = posix.join(workspace.settings.folders.environments, environment, 'environment.yaml');
  const tree = withFile(workspace.tree, path, text);
  // Of all environments: what this one and another one cannot both have is said of either.
  const options = { variables: {}, profiles: [], secrets: 'leave' } as const;
  const { environments, diagnostics } = await loadDesired({ ...workspace, tree }, options, signal);
  const errors = diagnostics.filter((one) => one.severity === 'error' && isAbout(one, environment, path));
  const loaded = environments.find(({ name }) => name === environment);
  if (loaded !== undefined && errors.length === 0) return loaded;
  if (errors.some(({ code }) => OF_NEIGHBOURS.has(code))) throw new InvalidManifestsError(errors);
  const [first] = errors;
  const where = first?.source === undefined || first.source === null ? '' : ` (${formatSource(first.source)})`;
  throw new TrueupError('internal', `what import would write does not load: ${first?.summary ?? 'nothing'}${where}`, {
    fields: { errors: errors.map(({ summary }) => summary) },
    next: 'nothing was written; please report this',
  });
}

function isAbout({ source, code, summary, detail }: Diagnostic, environment: string, path: string): boolean {
  if (source?.file.startsWith(posix.join(posix.dirname(path), '/')) === true) return true;
  return OF_NEIGHBOURS.has(code) && (summary.includes(`"${environment}`) || (detail?.includes(path) ?? false));
}
