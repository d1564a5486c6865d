import { describe, expect, it } from 'vitest';
import { nextVersion, type VersionBefore } from '../../../src/flow/vm-configurations.ts';
import type { ConfigurationVersion } from '../../../src/model/configuration-history.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const REVISION = { commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d', dirty: false };
const CONFIG: JsonObject = { cpus: 2, memory: '4GiB', image: null };

function versionOf(config: JsonObject, before: VersionBefore | null = null): ConfigurationVersion | null {
  const applied = { environment: 'local', address: 'vm.builder', config, revision: REVISION } as const;
  return nextVersion(applied, before, { id: 'an-id', at: '2026-01-31T10:00:00.000Z' });
}

function before(config: JsonObject): VersionBefore {
  return versionOf(config) ?? { version: 0, digest: '', content: '' };
}

describe('the versions of a configuration', () => {
  it('begin with 1, as a manifest would say it', () => {
    expect(versionOf(CONFIG)).toMatchObject({
      configId: 'local/vm.builder',
      version: 1,
      content: 'vms:\n  builder:\n    cpus: 2\n    memory: 4GiB\n',
      changeDescription: 'the first that is known',
      revision: REVISION,
    });
  });

  it('go on only where something else was applied', () => {
    expect(versionOf(CONFIG, before(CONFIG))).toBeNull();
  });

  it('say what is otherwise', () => {
    expect(versionOf({ ...CONFIG, cpus: 4, memory: '8GiB' }, before(CONFIG))).toMatchObject({
      version: 2,
      changeDescription: 'cpus 2 → 4; memory "4GiB" → "8GiB"',
    });
  });

  it('say so where somebody has spoilt what was kept', () => {
    const spoilt = { ...before(CONFIG), content: 'vms: [' };

    expect(versionOf({ ...CONFIG, cpus: 4 }, spoilt)?.changeDescription).toBe('the version before cannot be read');
  });

  it('show no secret and no digest of one, and tell one from another all the same', () => {
    const secret = (hash: string): JsonObject => ({ ...CONFIG, environment_variables: { TOKEN: { $secret: hash } } });

    const version = versionOf(secret('hmac:two'), before(secret('hmac:one')));

    expect(version).toMatchObject({ version: 2, changeDescription: 'a secret value' });
    expect(version?.content).toContain('TOKEN:\n        $secret: unknown');
    expect(JSON.stringify(version)).not.toContain('hmac:');
  });
});
