import { describe, expect, it } from 'vitest';
import type { ConfigurationVersion } from '../../../src/model/configuration-history.ts';
import type { VmEvent } from '../../../src/model/vm-event.ts';
import { configurationHistoryDocument, renderConfigurationHistory } from '../../../src/report/configuration-history.ts';
import { painter } from '../../../src/report/paint.ts';
import { vmEventDocument, vmEventText } from '../../../src/report/vm-event.ts';
import { COMMIT, PLAIN } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const EVENT: VmEvent = {
  id: 'an-id',
  vmId: 'local/vm.builder',
  eventType: 'StatusChanged',
  message: 'builder went from Running to Stopped\u0007',
  details: { from: 'Running', to: 'Stopped', cause: 'world' },
  timestamp: '2026-01-31T10:00:00.000Z',
  severity: 'Warning',
};

const VERSION: ConfigurationVersion = {
  id: 'an-id',
  configId: 'local/vm.builder',
  version: 2,
  content: 'vms:\n  builder:\n    cpus: 4\n',
  changeDescription: 'cpus 2 → 4',
  createdAt: '2026-01-31T10:00:00.000Z',
  revision: { commit: COMMIT, dirty: false },
  digest: 'of secrets, too',
};

describe('an event of a VM', () => {
  it('is a line of JSON as its schema says', () => {
    expect(schemaErrors('vm-event', vmEventDocument(EVENT))).toEqual([]);
  });

  it('is a line for people, without what a terminal would obey', () => {
    const text = vmEventText(EVENT, { paint: painter(false), qualified: true });

    expect(text).toMatch(/^2026-01-31T10:00:00.000Z {2}Warning {3}StatusChanged +local\/vm.builder {2}builder went/);
    expect(text).not.toContain('\u0007');
  });
});

describe('the configurations of a VM', () => {
  const histories = [{ configId: 'local/vm.builder', versions: [VERSION] }];

  it('are told as their schema says, and no digest leaves the machine', () => {
    const document = configurationHistoryDocument(histories);

    expect(schemaErrors('configuration-history', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('of secrets');
  });

  it('are a table for people', () => {
    expect(renderConfigurationHistory(histories, PLAIN)).toContain('cpus 2 → 4');
    expect(renderConfigurationHistory([{ configId: 'local/vm.builder', versions: [] }], PLAIN)).toContain(
      'no configuration is remembered',
    );
  });
});
