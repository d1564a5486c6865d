/** All environments in one line that a reviewer understands: `1 to create, 2 to replace; 3 resources restart`. */
import { countList, plural } from '../words.ts';
import type { FindingsKind, FindingsReport } from './findings.ts';

const BLOCKED_WORDS: Readonly<Record<FindingsKind, string>> = {
  plan: 'cannot be applied, or not as a whole',
  drift: 'not seen as a whole',
  diff: 'not compared as a whole',
  parity: 'not compared as a whole',
};

const NOTHING_WORDS: Readonly<Record<FindingsKind, string>> = {
  plan: 'no changes',
  drift: 'no drift',
  diff: 'no differences',
  parity: 'no differences that count',
};

export function headline({ kind, environments, mistakes }: FindingsReport): string {
  const mistaken = mistakes.length > 0 ? `${plural(mistakes.length, 'mistake')} in the manifests` : '';
  if (mistaken !== '' && environments.length === 0) return mistaken;
  const findings = environments.flatMap((environment) => environment.findings);
  const words = environments[0]?.counts.map(([, word]) => word) ?? [];
  const totals = words.map((word, index) => {
    return [environments.reduce((sum, { counts }) => sum + (counts[index]?.[0] ?? 0), 0), word] as const;
  });
  const restarts = environments.reduce((sum, environment) => sum + environment.restarts.length, 0);
  const losing = findings.filter(({ losesData }) => losesData).length;
  const blocked = environments.filter(({ isWhole }) => !isWhole).length;
  return [
    findings.length === 0 ? NOTHING_WORDS[kind] : countList(totals),
    restarts > 0 ? `${restarts} ${restarts === 1 ? 'resource restarts' : 'resources restart'}` : '',
    losing > 0 ? `data of ${plural(losing, 'resource')} will be lost` : '',
    blocked > 0 ? `${plural(blocked, 'environment')} ${BLOCKED_WORDS[kind]}` : '',
    mistaken,
  ]
    .filter((part) => part !== '')
    .join('; ');
}
