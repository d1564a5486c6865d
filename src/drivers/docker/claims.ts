/**
 * Claims on locks as volumes: the one thing of an engine that has a name, labels and nothing that runs. Labels cannot be
 * changed, and creating a volume that is there already changes nothing, so each claim has a name of its own. The engine
 * shows a volume a moment before and after its labels, so the name alone says that it is a claim; but one with somebody
 * else's labels is none, and is never touched.
 */
import type { ClaimStore, StoredClaim } from '../../model/claim.ts';
import { TrueupError } from '../../model/failure.ts';
import { openReader, openWriter } from './api/client.ts';
import type { EngineReader, EngineWriter } from './api/engine-api.ts';
import type { VolumeInspect } from './api/wire.ts';
import type { Endpoint } from './connection/endpoint.ts';

/** No owner is among the labels: what carries these is nobody's, and no observation shows it. */
const LABEL_PREFIX = 'dev.trueup.lock.';
const NAME_PREFIX = 'trueup-lock.';

export function openClaims(endpoint: Endpoint, access: 'read' | 'change'): ClaimStore {
  if (access === 'read') return claimStore(openReader(endpoint), null);
  const writer = openWriter(endpoint);
  return claimStore(writer, writer);
}

/** Claims on any engine; without a writer it only lists. */
export function claimStore(reader: EngineReader, writer: EngineWriter | null): ClaimStore {
  return {
    list: async (signal) => (await reader.volumes(signal)).flatMap(claimFrom),
    async put(name, fields, signal) {
      const labels = Object.entries(fields).map(([field, value]): [string, string] => [LABEL_PREFIX + field, value]);
      const body = { Name: NAME_PREFIX + name, Driver: 'local', DriverOpts: {}, Labels: Object.fromEntries(labels) };
      try {
        await writing(writer).createVolume(body, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw unclaimed(error, reader.endpoint);
      }
    },
    async remove(name, signal) {
      await writing(writer).removeVolume(NAME_PREFIX + name, signal);
    },
    now: (signal) => reader.now(signal),
    close: () => reader.close(),
  };
}

/** Whether a volume is the claim of a run, and nobody's data. */
export function isClaim(volume: VolumeInspect): boolean {
  return claimFrom(volume).length > 0;
}

function claimFrom({ Name: name, Labels: labels, CreatedAt: createdAt }: VolumeInspect): readonly StoredClaim[] {
  if (!name.startsWith(NAME_PREFIX)) return [];
  const entries = Object.entries(labels ?? {});
  const ours = entries.filter(([label]) => label.startsWith(LABEL_PREFIX));
  if (entries.length > 0 && ours.length === 0) return [];
  const fields = Object.fromEntries(ours.map(([label, value]) => [label.slice(LABEL_PREFIX.length), value]));
  const putAt = Date.parse(createdAt ?? '');
  return [{ name: name.slice(NAME_PREFIX.length), fields, putAt: Number.isNaN(putAt) ? null : putAt }];
}

function writing(writer: EngineWriter | null): EngineWriter {
  if (writer === null) throw new TrueupError('internal', 'claims that were opened for reading are not changed');
  return writer;
}

/** An engine that answers, and cannot keep a claim: most often its disk is full. */
function unclaimed(error: unknown, endpoint: string): unknown {
  if (!(error instanceof TrueupError) || error.code === 'engine_unreachable') return error;
  const { retryable, fields } = error;
  const isFull = /no space left|disk quota/i.test(error.message);
  return new TrueupError('step_failed', `the engine at ${endpoint} keeps no lock: ${error.message}`, {
    cause: error,
    retryable,
    fields,
    next: isFull
      ? 'free some space on the disk of the engine: `docker system df` there shows what takes it'
      : (error.next ?? 'look at what the engine says'),
  });
}
