import { describe, expect, it } from 'vitest';
import { leftAlone } from '../../../../src/cli/hook/left-alone.ts';
import { desiredDigest } from '../../../../src/flow/quarantine.ts';
import { NOTHING_RECORDED } from '../../../../src/model/observed.ts';
import { stateFolder } from '../../../../src/state/folder.ts';
import { openRecordedStore } from '../../../../src/state/recorded.ts';
import { COMMIT, environment } from '../../../support/builders.ts';
import { scratchFolder } from '../../git/scratch-repo.ts';

const AT = Date.UTC(2026, 0, 31, 10);

async function said(
  attempts: number,
  afterMs: number,
  digest = desiredDigest(environment([])),
): Promise<string | null> {
  const state = stateFolder(scratchFolder(), '.trueup');
  const at = new Date(AT).toISOString();
  const failed = { failed: [], reason: 'step_failed', why: 'service.web:start failed' } as const;
  const revision = { commit: COMMIT, dirty: false };
  const quarantine = { revision, digest, run: 'R1', since: at, at, ...failed, attempts };
  const store = await openRecordedStore(state, environment([]).name);
  store.set({ ...NOTHING_RECORDED, quarantine });
  await store.flush();
  return leftAlone({ state }, environment([]), AT + afterMs);
}

describe('a commit that failed', () => {
  it('is tried twice by hooks, and then left alone as long as by the daemon', async () => {
    expect(await said(1, 0)).toBeNull();
    expect(await said(2, 0)).toContain('quarantined after 2 attempts');
    expect(await said(2, 1001)).toBeNull();
    expect(await said(9, 60_000)).toContain('`trueup apply local` tries it now');
  });

  it('does not stand in the way of one that declares something else', async () => {
    expect(await said(9, 0, 'of something else')).toBeNull();
  });
});
