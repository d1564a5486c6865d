/** A job of a GitLab pipeline: what it extends is merged as GitLab does it, and its script is run as one of a shell. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, scalarText } from '../../../src/model/json.ts';
import { runProgram, type ScriptOptions, type ScriptResult } from '../action-script.ts';

/** The job with all that it extends; the last wins, maps are merged, and lists are replaced. */
export function gitLabJob(pipeline: JsonObject, name: string): JsonObject {
  const job = member(pipeline, name);
  if (!isJsonObject(job)) throw new Error(`no job ${name}`);
  const extended = member(job, 'extends');
  const parents = isJsonArray(extended) ? extended : extended === null ? [] : [extended];
  const all = [...parents.map((parent) => gitLabJob(pipeline, scalarText(parent))), job];
  return all.reduce((merged, next) => deepMerged(merged, next), {});
}

function deepMerged(left: JsonObject, right: JsonObject): JsonObject {
  const entries = Object.entries(right).map(([key, value]): [string, Json] => {
    const before = member(left, key);
    return [key, isJsonObject(before) && isJsonObject(value) ? deepMerged(before, value) : (value ?? null)];
  });
  return { ...left, ...Object.fromEntries(entries) };
}

/** The variables of `env` go before those of the job, as the ones of a schedule do. */
export function runGitLabJob(job: JsonObject, name: string, { cwd, env }: ScriptOptions): Promise<ScriptResult> {
  const script = member(job, 'script');
  if (!isJsonArray(script)) throw new Error(`${name} has no script`);
  const variables = member(job, 'variables');
  const given = Object.entries(isJsonObject(variables) ? variables : {}).map(([key, value]): [string, string] => {
    return [key, scalarText(value)];
  });
  return runProgram('bash', ['-eo', 'pipefail', '-c', script.map(scalarText).join('\n')], {
    cwd,
    env: { ...Object.fromEntries(given), CI_JOB_NAME: name, ...env },
  });
}
