import { describe, expect, it } from 'vitest';
import type { VmSights } from '../../../../src/drivers/vm-faces.ts';
import { type Asked, withConfigurationFiles } from '../../../../src/flow/machines/configuration-files.ts';
import type { Address } from '../../../../src/model/address.ts';
import type { ConfigurationFile } from '../../../../src/model/configuration-file.ts';
import type { ConfigurationVersion } from '../../../../src/model/configuration-history.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import { statusDocument } from '../../../../src/report/status-document.ts';
import { desired, environment } from '../../../support/builders.ts';
import { schemaErrors } from '../../../support/schemas.ts';
import { environmentStatus, resource } from '../../../support/status.ts';

const never = new AbortController().signal;
const box = desired('box', { type: 'vm', name: 'demo-box', engine: 'host', config: { memory: '1GiB', image: null } });
const SHOP = environment([box, desired('web')]);
const SEEN = environmentStatus({ resources: [resource('vm.box', { engine: 'host' }), resource('service.web')] });

function version(number: number, configId = 'local/vm.box'): ConfigurationVersion {
  const createdAt = `2026-01-0${number}T10:00:00.000Z`;
  const revision = { commit: null, dirty: true };
  return {
    id: `v${number}`,
    configId,
    version: number,
    content: '',
    changeDescription: '',
    createdAt,
    revision,
    digest: '',
  };
}

async function filesOf(
  validate: VmSights['validate'],
  { addresses = ['vm.box', 'service.web'], versions = [] }: Partial<Asked> = {},
  over: AbortSignal = never,
): Promise<readonly (ConfigurationFile | undefined)[]> {
  const machines: VmSights = validate === undefined ? {} : { validate };
  const looked = { engines: new Map([['host', { observer: { machines } }]]), observations: new Map() };
  const asked = { environment: SHOP, addresses, versions, looked };
  const status = await withConfigurationFiles(SEEN, asked, never, over);
  expect(schemaErrors('status', statusDocument({ environments: [status] }))).toEqual([]);
  return status.resources.map(({ configuration_file: file }) => file);
}

describe('what is declared of a VM that was named', () => {
  it('is told with the word of the engine against it', async () => {
    const refused = [{ field_path: fieldPath('memory'), text: 'no such unit' }];

    expect(await filesOf(async () => refused)).toMatchObject([
      {
        id: 'local/vm.box',
        vmId: null,
        content: 'vms:\n  box:\n    memory: 1GiB\n',
        isValid: false,
        validationErrors: ['no such unit'],
      },
      undefined,
    ]);
    expect(await filesOf(async () => [])).toMatchObject([{ isValid: true, validationErrors: [] }, undefined]);
  });

  it('is neither right nor wrong where nobody can be asked, or nobody answers in time', async () => {
    const hanging: VmSights['validate'] = (_resource, _facts, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });

    for (const validate of [undefined, async () => null, () => Promise.reject(new Error('broken'))])
      expect(await filesOf(validate)).toMatchObject([{ isValid: null, validationErrors: [] }, undefined]);
    expect(await filesOf(hanging, {}, AbortSignal.timeout(10))).toMatchObject([{ isValid: null }, undefined]);
  });

  it('has the moments at which it was applied first, and another last', async () => {
    const versions = [version(1), version(2), version(3, 'local/vm.other')];

    expect(await filesOf(async () => [], { versions })).toMatchObject([
      { createdAt: version(1).createdAt, updatedAt: version(2).createdAt },
      undefined,
    ]);
    // What was first is kept no more.
    expect(await filesOf(async () => [], { versions: [version(2)] })).toMatchObject([
      { createdAt: null, updatedAt: version(2).createdAt },
      undefined,
    ]);
  });

  it('is asked of none that was not named', async () => {
    const addresses: readonly Address[] = ['service.web'];

    expect(await filesOf(() => Promise.reject(new Error('it was asked')), { addresses })).toEqual([
      undefined,
      undefined,
    ]);
  });
});
