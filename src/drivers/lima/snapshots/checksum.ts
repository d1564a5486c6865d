/**
 * Over the definition, and over what each disk says of a snapshot: another sum now means that somebody was at it. What is secret is
 * left out: a sum is shown, and whoever has one can try what it is of.
 */
import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { canonicalJson, isJsonObject, type JsonObject } from '../../../model/json.ts';
import { textsIn } from '../marks.ts';
import { listOf, membersOf } from '../template/write.ts';
import { type DiskImage, tokenOf } from './look.ts';
import type { SnapshotRecord } from './record.ts';

export function checksumOf(
  { id, template, kept }: Pick<SnapshotRecord, 'id' | 'template' | 'kept'>,
  images: readonly DiskImage[],
): string {
  const disks = images.map(({ key, info }) => ({ key, token: tokenOf(info, id) }));
  const shown = canonicalJson({ id, template: withoutSecrets(template, textsIn(kept['secrets'])), kept, disks });
  return `sha256:${createHash('sha256').update(shown).digest('hex')}`;
}

/** `secrets` are parts as marks name them. */
function withoutSecrets(text: string, secrets: readonly string[]): JsonObject {
  const value: unknown = parseDocument(text).toJS();
  const template = isJsonObject(value) ? value : {};
  const env = Object.entries(membersOf(template['env'])).filter(
    ([name]) => !secrets.includes(`environment_variables.${name}`),
  );
  const provision = listOf(template['provision']).map((step, index) =>
    secrets.includes(`provision.${index}`) ? { ...membersOf(step), script: null } : step,
  );
  return { ...template, env: Object.fromEntries(env), provision };
}
