/**
 * How often bad revisions were tried, counted from the histories that trueup keeps, and how often they may be: twice at once,
 * then after pauses that double, and once for each word of somebody and each start of a daemon. A retry in a loop is far
 * beyond that.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pauseAfter } from '../../../src/serve/backoff.ts';
import type { Head } from './soak-repo.ts';
import { type EnvironmentName, ENVIRONMENTS } from './soak-state.ts';

/** Somebody asked for something that passes by the quarantine, or a daemon began. Milliseconds since the epoch. */
export interface Word {
  readonly at: number;
  readonly environment: EnvironmentName | null;
}

export interface BadPeriod {
  readonly environment: EnvironmentName;
  readonly from: number;
  readonly to: number;
  readonly commits: ReadonlySet<string>;
}

/** For what the counting cannot see, such as a run that ends just when the next commit comes. */
const SLACK = 2;

/** The times over which one bad shape of an environment was declared, whatever else was committed meanwhile. Pure. */
export function badPeriods(heads: readonly Head[], end: number): readonly BadPeriod[] {
  return ENVIRONMENTS.flatMap((environment) => {
    const periods: BadPeriod[] = [];
    let colour: string | null = null;
    for (const [index, { at, commit, state, broken }] of heads.entries()) {
      const shape = state[environment];
      const to = heads[index + 1]?.at ?? end;
      const last = periods.at(-1);
      const isOn = last !== undefined && colour !== null && (broken === environment || shape?.colour === colour);
      // What cannot be read ends nothing: what was valid before goes on.
      if (isOn && (broken === environment || shape?.isSick === true)) {
        periods.splice(-1, 1, { ...last, to, commits: new Set([...last.commits, commit]) });
        continue;
      }
      colour = shape?.isSick === true && broken !== environment ? shape.colour : null;
      if (colour !== null) periods.push({ environment, from: at, to, commits: new Set([commit]) });
    }
    return periods;
  });
}

/** Pure. */
export function mostAttempts({ environment, from, to }: BadPeriod, words: readonly Word[]): number {
  const meant = words.filter(
    (word) => word.at >= from && word.at <= to && (word.environment === null || word.environment === environment),
  );
  let [retries, waited] = [0, 0];
  for (;;) {
    waited += pauseAfter(retries + 1, 1);
    if (waited > to - from) break;
    retries += 1;
  }
  return 2 + retries + meant.length + SLACK;
}

export interface Counted {
  readonly lines: readonly string[];
  /** Where there were more than there may be. */
  readonly wrong: readonly string[];
}

export async function countAttempts(
  root: string,
  periods: readonly BadPeriod[],
  words: readonly Word[],
): Promise<Counted> {
  const lines: string[] = [];
  const wrong: string[] = [];
  for (const period of periods) {
    const { environment, commits, from, to } = period;
    const runs = await failedRuns(root, environment);
    const count = runs.filter((commit) => commits.has(commit)).length;
    const most = mostAttempts(period, words);
    const [first = ''] = commits;
    const line = `${environment} at ${first.slice(0, 7)}: ${count} attempts in ${Math.round((to - from) / 1000)} s and ${commits.size} commits, ${most} allowed`;
    lines.push(line);
    if (count > most) wrong.push(line);
  }
  return { lines, wrong };
}

/** The commits of runs that ended badly, newest last. Runs that held what was healthy before are none of its attempts. */
async function failedRuns(root: string, environment: EnvironmentName): Promise<readonly string[]> {
  const text = await readFile(join(root, '.trueup/history', `${environment}.ndjson`), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (!line.includes('"revision"')) return [];
    const entry = JSON.parse(line) as HistoryLine;
    return entry.status === 'failed' && entry.purpose !== 'hold' ? [entry.revision.commit] : [];
  });
}

interface HistoryLine {
  readonly status: string;
  readonly purpose?: string;
  readonly revision: { readonly commit: string };
}
