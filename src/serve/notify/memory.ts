/**
 * What was told, across restarts: nobody is told again of what goes on because the daemon began anew. What cannot be read
 * is forgotten, and what cannot be written is no reason to stop: then something is told twice.
 */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { isJsonArray, isJsonObject, type Json, member, parseJson } from '../../model/json.ts';
import { PROBLEM_KINDS, type ProblemKind } from '../../model/notification.ts';
import type { Episode } from './episode.ts';
import type { Remembered } from './ledger.ts';
import type { Finding } from './signals.ts';

const FORMAT_VERSION = '1.0';

/** By the name of who was told. */
export type Memory = ReadonlyMap<string, Remembered>;

export async function readMemory(path: string): Promise<Memory> {
  let document: Json;
  try {
    document = parseJson(await readFile(path, 'utf8'));
  } catch {
    return new Map();
  }
  const told = member(document, 'told');
  if (member(document, 'format_version') !== FORMAT_VERSION || !isJsonObject(told)) return new Map();
  return new Map(Object.entries(told).map(([name, value]) => [name, rememberedOf(value)]));
}

export function memoryText(memory: Memory): string {
  return `${JSON.stringify({ format_version: FORMAT_VERSION, told: Object.fromEntries(memory) })}\n`;
}

export async function writeMemory(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, text);
}

function rememberedOf(value: Json): Remembered {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([environment, kinds]) => {
      const episodes: Partial<Record<ProblemKind, Episode>> = {};
      for (const kind of PROBLEM_KINDS) {
        const episode = episodeOf(member(kinds, kind));
        if (episode !== null) episodes[kind] = episode;
      }
      return [environment, episodes];
    }),
  );
}

function episodeOf(value: Json): Episode | null {
  if (!isJsonObject(value)) return null;
  const { since, changedAt, isFlapping, told, toldAt, findings } = value;
  if (typeof since !== 'number' || typeof changedAt !== 'number' || typeof isFlapping !== 'boolean') return null;
  if (!isJsonArray(toldAt) || !isJsonObject(findings)) return null;
  const found = Object.values(findings).flatMap((finding) => findingOf(finding) ?? []);
  return {
    since,
    changedAt,
    isFlapping,
    toldAt: toldAt.flatMap((at) => (typeof at === 'number' ? [at] : [])),
    told: isJsonArray(told) ? told.flatMap((finding) => findingOf(finding) ?? []) : null,
    findings: Object.fromEntries(found.map((finding) => [finding.subject, finding])),
  };
}

function findingOf(value: Json): Finding | null {
  const [subject, cause, text] = [member(value, 'subject'), member(value, 'cause'), member(value, 'text')];
  return typeof subject === 'string' && typeof cause === 'string' && typeof text === 'string'
    ? { subject, cause, text }
    : null;
}
