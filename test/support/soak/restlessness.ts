/** Whether the daemon went round in circles: far more passes over one environment within a few seconds than anybody asked for. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const WINDOW_MS = 10_000;
/** A burst of commits with what befalls its services is a few in a second; a circle is hundreds. */
const MOST_PASSES = 80;

/** From the daemon's log: a line for each environment with its busiest moment where that is too much. */
export async function restlessIn(log: string): Promise<readonly string[]> {
  const ends = new Map<string, number[]>();
  for await (const line of createInterface({ input: createReadStream(log) })) {
    if (!line.includes('"type":"pass_ended"')) continue;
    const [, time = ''] = /"time":"([^"]+)"/.exec(line) ?? [];
    const [, environment = ''] = /"environment":"([^"]+)"/.exec(line) ?? [];
    const known = ends.get(environment) ?? [];
    known.push(Date.parse(time));
    ends.set(environment, known);
  }
  return [...ends].flatMap(([environment, times]) => {
    const { count, from } = busiest(times);
    if (count <= MOST_PASSES) return [];
    return [`${environment}: ${count} passes within ${WINDOW_MS / 1000} s from ${new Date(from).toISOString()}`];
  });
}

/** The most within one window. Pure; times ascend. */
export function busiest(times: readonly number[]): { readonly count: number; readonly from: number } {
  let [count, from, first] = [0, 0, 0];
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) > WINDOW_MS) first += 1;
    if (index - first + 1 > count) [count, from] = [index - first + 1, times[first] ?? time];
  }
  return { count, from };
}
