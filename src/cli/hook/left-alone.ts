/** Whether a commit that failed before is left alone by hooks: they hold to the same attempts and pauses as the daemon. */
import { isQuarantined } from '../../flow/quarantine.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { momentText, plural, revisionText } from '../../report/words.ts';
import { retryWait } from '../../serve/backoff.ts';
import { readRecorded } from '../../state/recorded.ts';

/** Why, in one sentence; `null` where it may be tried now. `now` is milliseconds since the epoch. */
export async function leftAlone(
  { state }: Pick<Workspace, 'state'>,
  environment: DesiredEnvironment,
  now: number,
): Promise<string | null> {
  const { quarantine } = (await readRecorded(state, environment.name)).recorded;
  if (quarantine === null || !isQuarantined(quarantine, environment)) return null;
  // Hooks look at environments alone of which the commit changed something.
  if (quarantine.revision.commit !== environment.revision.commit) return null;
  const waitMs = retryWait(quarantine, now);
  if (waitMs === 0) return null;
  const { revision, attempts, why } = quarantine;
  const until = momentText(new Date(now + waitMs).toISOString());
  const tries = `\`trueup apply ${environment.name}\` tries it now`;
  return `${revisionText(revision)} is quarantined after ${plural(attempts, 'attempt')} and left alone until ${until}: ${why}; ${tries}`;
}
