/** Settings of trueup itself that a commit breaks: manifests go on at their commits. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { manifest, type ServedRepo, servedRepo } from '../../support/served-repo.ts';
import { write } from '../../unit/git/scratch-repo.ts';

const MANIFEST = 'environments/local/environment.yaml';
const BAD_SETTINGS = 'schedules: { x: { cron: "99 * * * *" } }\n';

function isMade({ engine }: ServedRepo, name: string): boolean {
  return engine.objects.all('service').some((object) => object.name === name);
}

function readyOf(repo: ServedRepo): string | undefined {
  const found = repo
    .environment()
    .status()
    ?.conditions.find(({ type }) => type === 'Ready');
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
}

describe('a commit whose trueup.yaml has mistakes', () => {
  it('keeps no environment from what later commits declare', async () => {
    await using repo = await servedRepo({ [MANIFEST]: manifest({ web: 'one' }) });

    const from = repo.events.length;
    repo.commit({ 'trueup.yaml': BAD_SETTINGS });
    const commit = repo.commit({ [MANIFEST]: manifest({ web: 'one', api: 'two' }) });
    await eventually(() => isMade(repo, 'local-api-1'), 'the service that a later commit added');

    const ended = await repo.passed('applied', from);
    expect(ended.revision.commit).toBe(commit);
    expect(repo.told('source_lost')).toEqual([]);
  });

  it('leaves those of the working tree that were valid last, where the tree alone is broken, too', async () => {
    await using repo = await servedRepo({ [MANIFEST]: manifest({ web: 'one' }) });

    write(repo.folder, { 'trueup.yaml': BAD_SETTINGS });
    repo.git('add', MANIFEST);
    write(repo.folder, { [MANIFEST]: manifest({ web: 'one', api: 'two' }) });
    repo.git('commit', '--quiet', '--all', '--message', 'more');

    await eventually(() => isMade(repo, 'local-api-1'), 'what was committed');
    expect(repo.told('source_lost')).toEqual([]);
  });
});

describe('a source that cannot be read', () => {
  it('leaves nothing ready at what was declared last, until it is read again', async () => {
    await using repo = await servedRepo({ [MANIFEST]: manifest({ web: 'one' }) });
    const branch = repo.git('symbolic-ref', 'HEAD');
    await eventually(() => readyOf(repo) === 'True Synced', 'the first commit');

    repo.git('symbolic-ref', 'HEAD', 'refs/heads/none-yet');
    await eventually(
      () => readyOf(repo) === 'Unknown SourceUnreadable',
      () => String(readyOf(repo)),
    );
    expect(repo.told('source_lost')).toHaveLength(1);

    repo.git('symbolic-ref', 'HEAD', branch);
    await eventually(
      () => readyOf(repo) === 'True Synced',
      () => String(readyOf(repo)),
    );
    expect(repo.told('source_back')).toHaveLength(1);
  });
});
