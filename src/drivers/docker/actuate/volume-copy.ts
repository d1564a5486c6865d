/**
 * Moves a volume by copying it, through containers that are never run: the engine itself packs the one and unpacks it
 * into the other, with owners, modes and links. From before the new volume exists until the old one is gone a marker
 * stands beside it (steps/volume-moves.ts), so that a crash at any point leaves the old volume in charge, or the whole
 * new one. Repeating begins anew, as long as the old volume is there.
 */
import { type Address, isAddress } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { MountSpec } from '../api/wire.ts';
import { copierNames, MOVED_FROM_LABEL, markerName } from '../steps/volume-moves.ts';
import { objectArgument, textArgument } from './arguments.ts';
import { ensureHelper, removeHelper } from './helper-containers.ts';
import { dropVolume, makeVolume } from './make-volume.ts';
import { isOurs, nameInUse, objectMissing } from './ownership.ts';
import type { VerbContext } from './verb.ts';
import { filled } from './volume-filling.ts';

const FROM = '/trueup-from';
const TO = '/trueup-to';

export async function copyVolume(verb: VerbContext): Promise<JsonObject> {
  const { api, args, context, signal } = verb;
  const [to, from] = [textArgument(args, 'name'), textArgument(args, 'from')];
  const address = addressArgument(args);
  const config = objectArgument(args, 'config');
  if ((await api.volume(from, signal)) === null) {
    // Removed only after all was copied.
    if ((await api.volume(to, signal)) !== null) return { name: to };
    throw objectMissing('volume', from);
  }
  await clearWay(verb, to);
  // What is copied from is whole. A marker that a crash has left beside it would have it count as half, now that the volume
  // that it came from may come back under its old name.
  await settle(verb, from);
  context.progress(`copying ${from} to ${to}`);
  await ensureHelper(verb, { name: markerName(to), address, from, mounts: [] });
  await makeVolume(verb, { name: to, address, config });
  const names = copierNames(to);
  const helper = { address, from };
  const reader = await ensureHelper(verb, { ...helper, name: names.reader, mounts: [mounted(from, FROM, true)] });
  const writer = await ensureHelper(verb, { ...helper, name: names.writer, mounts: [mounted(to, TO, false)] });
  await transfer(verb, reader, writer);
  await removeCopiers(verb, to);
  return { name: to };
}

function mounted(volume: string, target: string, readOnly: boolean): MountSpec {
  return { Type: 'volume', Source: volume, Target: target, ReadOnly: readOnly, VolumeOptions: { NoCopy: true } };
}

async function removeCopiers(verb: VerbContext, volume: string): Promise<void> {
  for (const name of Object.values(copierNames(volume))) await removeHelper(verb, name);
}

/** Ends a move: from here on nothing marks the new volume as incomplete. */
export async function settleVolume(verb: VerbContext): Promise<JsonObject> {
  const name = textArgument(verb.args, 'name');
  await settle(verb, name);
  return { name };
}

async function settle(verb: VerbContext, volume: string): Promise<void> {
  await removeCopiers(verb, volume);
  await removeHelper(verb, markerName(volume));
}

/** Removes what an interrupted move has left of a volume, into it or from it, unless it was whole already. */
export async function discardHalfMoved(verb: VerbContext, name: string): Promise<void> {
  await discardMoves(verb, (move) => move.from === name || move.to === name);
}

/**
 * Whoever comes up on volumes again has given up the moves away from them that were cut off; a move to them has ended by
 * then, and what marks it goes.
 */
export async function settleMovesOf(verb: VerbContext, volumes: readonly string[]): Promise<void> {
  if (volumes.length > 0) await discardMoves(verb, ({ from, to }) => volumes.includes(from) || volumes.includes(to));
}

interface Move {
  readonly from: string;
  readonly to: string;
}

async function discardMoves(verb: VerbContext, isMeant: (move: Move) => boolean): Promise<void> {
  const { api, context, signal } = verb;
  const markers = (await api.containers(signal)).flatMap(({ Names: names, Labels: labels }) => {
    const from = labels?.[MOVED_FROM_LABEL];
    const marker = names[0]?.replace(/^\//, '') ?? '';
    const to = marker.replace(/\.moving$/, '');
    return from !== undefined && to !== marker && isOurs(labels, context) ? [{ from, to }] : [];
  });
  for (const { from, to } of markers.filter(isMeant)) {
    const isWhole = (await api.volume(from, signal)) === null;
    await removeCopiers(verb, to);
    const found = isWhole ? null : await api.volume(to, signal);
    if (found !== null && isOurs(found.Labels, context)) await dropVolume(verb, to);
    await removeHelper(verb, markerName(to));
  }
}

/** What stands under the new name may only be a copy that was begun before. */
async function clearWay(verb: VerbContext, to: string): Promise<void> {
  const { api, context, signal } = verb;
  const standing = await api.volume(to, signal);
  if (standing === null) return;
  const marker = await api.container(markerName(to), signal);
  const isHalf = marker?.Config.Labels?.[MOVED_FROM_LABEL] !== undefined && isOurs(marker.Config.Labels, context);
  if (!isHalf || !isOurs(standing.Labels, context)) throw nameInUse('volume', to, standing.Labels);
  await removeCopiers(verb, to);
  await dropVolume(verb, to);
}

async function transfer({ api, signal }: VerbContext, reader: string, writer: string): Promise<void> {
  const tar = await api.readArchive(reader, `${FROM}/.`, signal);
  try {
    await filled(api, { helper: writer, place: TO.slice(1) }, tar, signal);
  } finally {
    tar.destroy();
  }
}

function addressArgument(args: JsonObject): Address {
  const text = textArgument(args, 'to_address');
  if (isAddress(text)) return text;
  throw new TrueupError('internal', `the step carries no address: ${text}`);
}
