import { describe, expect, it } from 'vitest';
import { templateFor } from '../../../../../src/drivers/lima/snapshots/restore.ts';

const TEMPLATE = 'cpus: 1\nadditionalDisks:\n  - name: demo-box.data\n  - name: theirs\n';

describe('the definition that a snapshot brings back', () => {
  it('is as it was, byte for byte', () => {
    expect(templateFor('demo-box', { template: TEMPLATE, kept: { name: 'demo-box' } })).toBe(TEMPLATE);
  });

  it('has the disks of the machine under the name that it has got since', () => {
    expect(templateFor('demo-crate', { template: TEMPLATE, kept: { name: 'demo-box' } })).toBe(
      'cpus: 1\nadditionalDisks:\n  - name: demo-crate.data\n  - name: theirs\n',
    );
  });
});
