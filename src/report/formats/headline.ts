/** All environments in one line that a reviewer understands: `1 to create, 2 to replace; 3 resources restart`. */
import { countList, plural } from '../words.ts';
import type { FindingsKind, FindingsReport } from './findings.ts';

const BLOCKED_WORDS: Readonly<Record<FindingsKind, string>> = {
  plan: 'cannot be applied, or not as a whole',
  drift: 'not seen as a whole',
};

export function headline({ kind, environments, mistakes }: FindingsReport): string {
  if (mistakes.length > 0) return `${plural(mistakes.length, 'mistake')} in the manifests`;
  const findings = environments.flatMap((environment) => environment.findings);
  const words = environments[0]?.counts.map(([, word]) => word) ?? [];
  const totals = words.map((word, index) => {
    return [environments.reduce((sum, { counts }) => sum + (counts[index]?.[0] ?? 0), 0), word] as const;
  });
  const restarts = environments.reduce((sum, environment) => sum + environment.restarts.length, 0);
  const losing = findings.filter(({ losesData }) => losesData).length;
  const blocked = environments.filter(({ isWhole }) => !isWhole).length;
  const nothing = kind === 'plan' ? 'no changes' : 'no drift';
  return [
    findings.length === 0 ? nothing : countList(totals),
    restarts > 0 ? `${restarts} ${restarts === 1 ? 'resource restarts' : 'resources restart'}` : '',
    losing > 0 ? `data of ${plural(losing, 'resource')} will be lost` : '',
    blocked > 0 ? `${plural(blocked, 'environment')} ${BLOCKED_WORDS[kind]}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
