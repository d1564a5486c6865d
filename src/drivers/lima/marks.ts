/** Marks of machines and disks: whose they are, and what Lima has no place for. A copy of a machine is nobody's. */
import { readFile } from 'node:fs/promises';
import { errnoOf } from '../../files/errno.ts';
import { PRIVATE_FILE, writeFileAtomic } from '../../files/atomic-file.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import { isSecret } from '../../model/secret.ts';
import { type OwnerMark, ownerMarkText, parseOwnerMark } from '../owner-mark.ts';
import { listOf, membersOf } from './template/write.ts';

/** `null` where there is none, or it is about another thing: `limactl clone` copies it along. */
export async function readMark(path: string, name: string): Promise<OwnerMark | null> {
  const text = await textOf(path);
  const mark = text === null ? null : parseOwnerMark(text);
  return mark !== null && [mark.kept['name'], mark.kept['former']].includes(name) ? mark : null;
}

/** While it gets another name: it is known under both. */
export function markOnTheMove(mark: OwnerMark, from: string, to: string): OwnerMark {
  return { ...mark, kept: { ...mark.kept, name: to, former: from } };
}

export function writeMark(path: string, mark: OwnerMark): Promise<void> {
  return writeFileAtomic(path, `${ownerMarkText(mark)}\n`, PRIVATE_FILE);
}

/** `null` where there is no such file. */
export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

export interface Made {
  /** Where it was made without one it has none. */
  readonly id: string | null;
  /** What it was made from. */
  readonly origin: JsonObject;
}

/** What Lima cannot tell of a machine. */
export function keptOfMachine(name: string, config: JsonObject, accelerator: Json, { id, origin }: Made): JsonObject {
  return {
    name,
    ...(id === null ? {} : { id }),
    origin,
    accelerator,
    labels: config['labels'] ?? {},
    dependencies: config['dependencies'] ?? {},
    stop_grace_period: config['stop_grace_period'] ?? null,
    ready_timeout: member(config['ready'] ?? null, 'timeout'),
    protect: config['protect'] ?? false,
    deletion_policy: config['deletion_policy'] ?? null,
    driver_options: config['driver_options'] ?? {},
    secrets: secretParts(config),
    plain_scripts: listOf(config['provision']).flatMap((step, index) => (hasInterpreter(step) ? [] : [index])),
  };
}

function hasInterpreter(step: Json): boolean {
  const script = member(step, 'script');
  return typeof script === 'string' && script.startsWith('#!');
}

function secretParts(config: JsonObject): readonly string[] {
  const variables = Object.entries(membersOf(config['environment_variables']));
  return [
    ...variables.flatMap(([name, value]) => (isSecret(value) ? [`environment_variables.${name}`] : [])),
    ...listOf(config['provision']).flatMap((step, index) =>
      isSecret(member(step, 'script')) ? [`provision.${index}`] : [],
    ),
  ];
}

/** The fields that the mark alone tells. */
export function readKept(kept: JsonObject): JsonObject {
  const { labels, dependencies, stop_grace_period: grace, protect, deletion_policy: policy } = kept;
  return {
    labels: membersOf(labels),
    dependencies: membersOf(dependencies),
    stop_grace_period: grace ?? null,
    protect: protect ?? false,
    deletion_policy: policy ?? null,
  };
}

export function textsIn(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

export function numbersIn(value: Json | undefined): readonly number[] {
  return isJsonArray(value) ? value.filter((number) => typeof number === 'number') : [];
}

/** What a machine is known by for as long as it is there, whatever it is called; older marks have none. */
export function idOf(kept: JsonObject): string | null {
  return typeof kept['id'] === 'string' ? kept['id'] : null;
}

export function originOf(kept: JsonObject): JsonObject | null {
  return isJsonObject(kept['origin']) ? kept['origin'] : null;
}
