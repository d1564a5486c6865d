import { describe, expect, it } from 'vitest';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { isRecord } from '../../support/docker/fields/row.ts';
import { UNCARRIED } from '../../support/docker/import/uncarried.ts';
import { parsed } from '../../support/matching.ts';

/** Options by the service that loses them. */
function lostIn(stdout: string): ReadonlyMap<string, readonly string[]> {
  const document = parsed(stdout);
  const notes = isRecord(document) && Array.isArray(document['notes']) ? document['notes'].filter(isRecord) : [];
  const lost = notes
    .filter(({ kind }) => kind === 'not_carried')
    .map(({ address, text }): [string, string] => [String(address), String(text).replace(/ is lost .*$/, '')]);
  return new Map([...Map.groupBy(lost, ([address]) => address)].map(([key, of]) => [key, of.map(([, one]) => one)]));
}

describe('trueup import docker of what no manifest can say', () => {
  it('names every option that is lost, and no other', async () => {
    await using repo = await dockerRepo({});
    await repo.docker('network', 'create', 'lab');
    await repo.docker('volume', 'create', 'files');
    await repo.docker('run', '--detach', '--name=other', '--stop-signal=SIGKILL', 'busybox:1', 'sleep', '100000');
    const made = new Map<string, (typeof UNCARRIED)[number]>();
    for (const [index, row] of UNCARRIED.entries()) {
      if (row.words.length === 0) continue;
      const name = `c${index}`;
      try {
        await repo.docker('create', `--name=${name}`, ...row.words, 'busybox:1', 'true');
        made.set(`service.${name}`, row);
      } catch (error) {
        if (row.unless === undefined) throw error;
      }
    }

    const imported = await repo.trueup(['import', 'docker', '--all', '--environment', 'local', '--output', 'json']);
    const lost = lostIn(imported.stdout);
    // What an engine does not keep is lost already.
    const told = [...made].filter(([address, { unless }]) => unless === undefined || lost.has(address));

    expect(imported, imported.stderr).toMatchObject({ status: 0 });
    expect(told.length).toBeGreaterThanOrEqual(45);
    expect(new Map(told.map(([address]) => [address, lost.get(address) ?? []]))).toEqual(
      new Map(told.map(([address, { option }]) => [address, [option]])),
    );
  });
});
