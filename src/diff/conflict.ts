/** Conflicts: a wanted name is taken by something that is not ours, or is ours and means something else. */
import type { Conflict } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { ObservedObject } from '../model/observed.ts';
import type { SourceRange } from '../model/source.ts';

export interface ConflictContext {
  /** The name of the environment that is planned. */
  readonly environment: string;
  /** All ids are ours. */
  readonly owners: readonly string[];
  readonly source: SourceRange | null;
}

/** Says whose the object is that stands in the way. What is claimed waits for a person alone, whatever the command is. */
export function conflictWith(
  { address, engine, name, adopted }: DesiredResource,
  namesake: ObservedObject,
  { environment, owners, source }: ConflictContext,
): Conflict {
  if (adopted === true && namesake.ownership === null) {
    const summary = `${claimText(name, namesake)}: \`trueup apply ${environment} --adopt\` takes it over first`;
    return { address, engine, name, summary, claimed: true, source };
  }
  return { address, engine, name, summary: `the name "${name}" is taken by ${ownerText(namesake, owners)}`, source };
}

function claimText(name: string, { name: found }: ObservedObject): string {
  if (found !== name) return `"${found}" was set aside from under the name "${name}", which is claimed`;
  return `"${name}" is claimed, and would be changed before anybody has adopted it`;
}

function ownerText(object: ObservedObject, owners: readonly string[]): string {
  const { ownership } = object;
  if (ownership === null) return 'an object that trueup did not make';
  const whose = `${ownership.environment}/${ownership.address}`;
  if (owners.includes(ownership.owner)) return `${whose} of this checkout`;
  return `${whose} of the checkout ${ownership.checkout ?? 'with another owner id'}`;
}
