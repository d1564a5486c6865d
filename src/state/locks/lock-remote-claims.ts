/**
 * What a claim on an engine is named and says. A claim is a row of stored ones, a beat each: the next is put before the
 * one before the last goes, so that every look finds at least one. Order, project and beat stand in the name alone: what it
 * says besides is for people, and may be missing.
 */
import { createHash } from 'node:crypto';
import { compareText } from '../../model/json.ts';
import type { StoredClaim } from '../../model/claim.ts';
import type { Introduction } from './lock-claim.ts';
import { LEASE } from './lock-lease.ts';

/** What a claim on an engine says of its holder. */
export interface RemoteIntroduction extends Introduction {
  readonly host: string;
  readonly project: string;
}

export interface RemoteClaim {
  readonly key: string;
  /** Claims are ordered by it; the first goes first. */
  readonly id: string;
  /** Under which it stands, the last beat last. */
  readonly names: readonly string[];
  /** The name of its last beat. */
  readonly latest: string;
  readonly putAt: number | null;
  /** What cannot be read holds: it may be from another version of trueup. */
  readonly state: 'claiming' | 'holding';
  readonly introduction: RemoteIntroduction | null;
  readonly leaseMs: number;
  /** Which local lock its holder took first; `null` where it does not say. */
  readonly place: string | null;
  /** Equal for all claims that one caller takes together. */
  readonly session: string | null;
}

export interface ClaimContent {
  readonly introduction: RemoteIntroduction;
  readonly state: 'claiming' | 'holding';
  readonly leaseMs: number;
  readonly place: string;
  readonly session: string;
}

const VERSION = '1';
const NAME = /^(?<key>[0-9a-f]{16})\.(?<id>[0-9a-f]{16})\.(?<beat>\d{1,9})$/;
const LONGEST_LEASE_MS = 3_600_000;

/** All claims on the locks of one project have it in common, whatever the engine is called. */
export function remoteKey(project: string): string {
  return createHash('sha256')
    .update(JSON.stringify([project]))
    .digest('hex')
    .slice(0, 16);
}

export function claimName(key: string, id: string, beat: number): string {
  return `${key}.${id}.${beat}`;
}

export function claimFields({ introduction, state, leaseMs, place, session }: ClaimContent): StoredClaim['fields'] {
  const { pid, ...texts } = introduction;
  return { ...texts, schema: VERSION, pid: String(pid), lease_ms: String(leaseMs), state, place, session };
}

/** The claims among what is stored, on one project or on all, the first first. Other names are none. */
export function claimsAmong(stored: readonly StoredClaim[], key: string | null): readonly RemoteClaim[] {
  const beats = stored.flatMap((one) => {
    const { key: found, id, beat } = NAME.exec(one.name)?.groups ?? {};
    const isMeant = found !== undefined && id !== undefined && (key === null || found === key);
    return isMeant ? [{ one, key: found, id, beat: Number(beat) }] : [];
  });
  const byClaim = Map.groupBy(beats, (beat) => `${beat.key}.${beat.id}`);
  return [...byClaim.values()]
    .flatMap((group) => {
      const sorted = group.toSorted((left, right) => left.beat - right.beat);
      const last = sorted.at(-1);
      return last === undefined ? [] : [claimOf(last, sorted)];
    })
    .sort((left, right) => compareText(left.id, right.id));
}

interface Beat {
  readonly one: StoredClaim;
  readonly key: string;
  readonly id: string;
}

function claimOf({ one: { name, fields, putAt }, key, id }: Beat, beats: readonly Beat[]): RemoteClaim {
  const lease = Number(fields['lease_ms']);
  return {
    key,
    id,
    names: beats.map((beat) => beat.one.name),
    latest: name,
    putAt,
    state: fields['schema'] === VERSION && fields['state'] === 'claiming' ? 'claiming' : 'holding',
    introduction: introductionFrom(fields),
    leaseMs: lease >= 1 && lease <= LONGEST_LEASE_MS ? lease : LEASE.leaseMs,
    place: fields['place'] ?? null,
    session: fields['session'] ?? null,
  };
}

function introductionFrom(fields: StoredClaim['fields']): RemoteIntroduction | null {
  const { user, command, environment, project, since, cwd, host } = fields;
  const pid = Number(fields['pid']);
  const texts = { user, command, environment, project, since, cwd, host };
  return Number.isSafeInteger(pid) && pid > 0 && isWhole(texts) ? { ...texts, pid } : null;
}

type Texts = Omit<RemoteIntroduction, 'pid'>;

function isWhole(texts: { readonly [Name in keyof Texts]: string | undefined }): texts is Texts {
  return Object.values(texts).every((text) => text !== undefined);
}
