/** Ways to write one field, before any of them is tried. */
import { describe, expect, it } from 'vitest';
import { dockerModel } from '../../../src/drivers/docker/model.ts';
import { fieldCandidates } from '../../../src/flow/field-candidates.ts';
import type { FileEdits } from '../../../src/manifest/edit/candidates.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { Json } from '../../../src/model/json.ts';
import { load } from '../manifest/support.ts';

const LOCAL = 'environments/local/main.yaml';
const WEB = { container: { image: 'a:1', user: '0' }, networking: { hostname: 'web' } };

async function candidates(names: readonly string[], live: Json, isDefault: boolean): Promise<readonly FileEdits[]> {
  const root = { services: { web: WEB } };
  const { environments } = await load({ [LOCAL]: JSON.stringify(root) });
  const [environment] = environments;
  if (environment === undefined) throw new Error('nothing is declared');
  return fieldCandidates(
    { address: 'service.web', path: fieldPath(...names), live, isDefault },
    {
      environment,
      declared: environment,
      models: new Map([['docker', dockerModel]]),
      root: '/repo-that-is-nowhere',
      beside: [],
      files: [{ path: LOCAL, root }],
    },
  );
}

function editOf(names: readonly string[], value: Json | undefined): FileEdits {
  return { file: LOCAL, edits: [{ path: ['services', 'web', ...names], value }] };
}

const NOTHING: FileEdits = { file: LOCAL, edits: [] };

describe('the ways to write a field', () => {
  it('begin with leaving out what is live by default, and go on to saying it', async () => {
    const user = ['container', 'user'];
    expect(await candidates(user, '1000', true)).toEqual([
      editOf(user, undefined),
      editOf(user, null),
      editOf(user, '1000'),
      NOTHING,
    ]);
  });

  it('never say what the engine chose for the one object', async () => {
    const hostname = ['networking', 'hostname'];
    expect(await candidates(hostname, '0123456789ab', true)).toEqual([
      editOf(hostname, undefined),
      editOf(hostname, null),
      NOTHING,
    ]);
    expect(await candidates(hostname, 'mine', false)).toEqual([editOf(hostname, 'mine'), NOTHING]);
  });
});
