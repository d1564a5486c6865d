/** What a withheld change is about, for its entry in the plan: the fields that differ, and the line that declares it. Pure. */
import type { Change, Withheld } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import type { Finding } from './findings.ts';

export function withheldScope(
  finding: Finding,
  environment: Pick<DesiredEnvironment, 'locate'>,
): Pick<Withheld, 'differences' | 'source'> {
  if (finding.kind === 'undeclared') return {};
  const differences = finding.kind === 'differs' ? finding.differences : [];
  const source = differences[0]?.source ?? environment.locate(finding.desired.address, ROOT_PATH);
  return scopeOf({ differences, source });
}

/** What there is none of is left out. */
export function scopeOf({
  differences,
  source,
}: Pick<Change, 'differences' | 'source'>): Pick<Withheld, 'differences' | 'source'> {
  return { ...(differences.length === 0 ? {} : { differences }), ...(source === null ? {} : { source }) };
}
