/**
 * Lima's own word on a template: what it comes to with defaults filled in, those of the user's own files as well. What Lima
 * answers to one text it answers again, so that each is asked for once.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { canonicalJson, isJsonObject, type JsonObject, member } from '../../../model/json.ts';
import { PRIVATE_FILE } from '../../../files/atomic-file.ts';
import { privateFolder } from '../../../files/private-folder.ts';
import { complaint, logEntries } from '../limactl/failures.ts';
import type { Limactl } from '../limactl/limactl.ts';

export interface Filled {
  /** `null` where the template is refused. */
  readonly template: JsonObject | null;
  /** What Lima says against it, one text for each. */
  readonly problems: readonly string[];
}

/** As Lima reads it, and as people do. */
export function templateText(template: JsonObject): string {
  return stringify(template, { lineWidth: 0 });
}

/** The name of the file is the name of the machine: Lima makes some defaults of it. */
export async function filled(limactl: Limactl, text: string, name: string, signal: AbortSignal): Promise<Filled> {
  await using folder = await privateFolder('trueup-lima-');
  const file = join(folder.path, `${name}.yaml`);
  await writeFile(file, text, { mode: PRIVATE_FILE });
  const { exit_code: code, stdout, stderr } = await limactl.ask(['template', 'validate', '--fill', file], signal);
  if (code !== 0) return { template: null, problems: [withoutFile(complaint(stderr), file)] };
  return { template: asJson(stdout), problems: misspelt(stderr) };
}

/** Keys that Lima leaves out with a warning. */
function misspelt(stderr: string): readonly string[] {
  const found = logEntries(stderr).flatMap(({ detail }) => /unknown field "[^"]*"/.exec(detail ?? '')?.[0] ?? []);
  return [...new Set(found)];
}

function withoutFile(text: string, file: string): string {
  return text.replaceAll(`failed to validate YAML file \`${file}\`: `, '').replaceAll(file, 'the template');
}

/** What YAML has beyond JSON is in no template of Lima. */
function asJson(text: string): JsonObject | null {
  const value: unknown = parse(text);
  return isJsonObject(value) ? value : null;
}

/** What the defaults of other keys hang on. */
const DECIDING = ['vmType', 'os', 'arch', 'plain', 'mounts'] as const;

/** What Lima fills in, in a machine of the kind of a template; in one of which nothing is said, for an empty one. */
export type Fallbacks = (template: JsonObject, signal: AbortSignal) => Promise<JsonObject>;

export function fallbacksOf(limactl: Limactl): Fallbacks {
  const known = new Map<string, Promise<JsonObject>>();
  return (template, signal) => {
    const deciding = decidingPart(template);
    const key = canonicalJson(deciding);
    const asked =
      known.get(key) ??
      filled(limactl, templateText(deciding), 'defaults', signal).then((answer) => answer.template ?? {});
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    return asked;
  };
}

function decidingPart(template: JsonObject): JsonObject {
  const user = member(template['user'], 'name');
  const chosen = DECIDING.flatMap((name) =>
    Object.hasOwn(template, name) ? [[name, template[name] ?? null] as const] : [],
  );
  return {
    ...Object.fromEntries(chosen),
    ...(user === null ? {} : { user: { name: user } }),
    // Where it is Lima does not look before it is needed.
    images: [{ location: '/image' }],
  };
}
