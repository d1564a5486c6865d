/** What the daemon of a repo says of the environments that it serves from there, as it looked at them last. */
import { realpath } from 'node:fs/promises';
import { isAddress, keyOf } from '../../model/address.ts';
import type { EnvironmentStatus, StatusReport } from '../../report/status.ts';
import { anyObject, flag, listOf, nullable, objectOf, optional, text, textThat } from '../../state/shape.ts';
import { parseJson } from '../../state/stored-json.ts';
import { getApi } from './get-api.ts';
import { ownSocket } from './own-socket.ts';

interface ServedList {
  readonly environments: readonly { readonly id: string; readonly name: string; readonly source: string }[];
}

const LIST_SHAPE = objectOf({ environments: listOf(objectOf({ id: text, name: text, source: text })) });

const revision = nullable(objectOf({ commit: nullable(text), dirty: flag }));

/** As deep as it is shown: another version may say more. */
const STATUS_SHAPE = objectOf({
  environments: listOf(
    objectOf({
      name: text,
      state: text,
      conditions: listOf(objectOf({ type: text, status: text, reason: text, message: text })),
      last_applied: revision,
      last_healthy: revision,
      resources: listOf(
        objectOf({
          address: textThat(isAddress, 'an address'),
          engine: text,
          name: text,
          run_state: nullable(text),
          health: text,
          gate: optional(nullable(objectOf({ met: flag, at: text }))),
          reason: nullable(text),
          since: nullable(text),
          image: nullable(text),
          ports: listOf(text),
          frozen: nullable(objectOf({ until: text })),
          details: anyObject,
        }),
      ),
    }),
  ),
});

/** Sorted by name; `null` where no daemon serves this repo, or nothing of it that the words mean. */
export async function servedStatus(
  root: string,
  words: readonly string[],
  signal: AbortSignal,
): Promise<readonly EnvironmentStatus[] | null> {
  const real = await realpath(root);
  const socket = ownSocket(real, process.env);
  if (socket === undefined) return null;
  const listed = parseJson<ServedList>((await getApi(socket, '/v1/environments', signal)) ?? '', LIST_SHAPE);
  if (listed.status !== 'read') return null;
  const found: EnvironmentStatus[] = [];
  for (const { id, source } of listed.value.environments) {
    if (source !== real && source !== root) continue;
    const path = `/v1/environments/${id.split('/').map(encodeURIComponent).join('/')}`;
    const answer = parseJson<StatusReport>((await getApi(socket, path, signal)) ?? '', STATUS_SHAPE);
    if (answer.status === 'read') found.push(...answer.value.environments);
  }
  const meant = found.flatMap((environment) => meantOf(environment, words));
  return meant.length === 0 ? null : meant;
}

/** What the words of a command line mean of it; nothing where they mean others. */
function meantOf(environment: EnvironmentStatus, words: readonly string[]): readonly EnvironmentStatus[] {
  const { name } = environment;
  if (words.length === 0 || words.includes(name)) return [environment];
  const resources = environment.resources.filter(({ address }) =>
    words.some((word) => [address, keyOf(address)].some((own) => word === own || word === `${name}/${own}`)),
  );
  return resources.length === 0 ? [] : [{ ...environment, resources }];
}
