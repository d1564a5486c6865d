/** What was found of VMs and clusters, as edits of manifests in memory: judged by the loader, as it is in a repo. */
import { describe, expect, it } from 'vitest';
import { kwokDriver } from '../../../src/drivers/kwok/index.ts';
import { libvirtDriver } from '../../../src/drivers/libvirt/index.ts';
import { DriftWriter } from '../../../src/flow/drift-writer.ts';
import type { Address } from '../../../src/model/address.ts';
import { hasErrors } from '../../../src/model/diagnostic.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { Json } from '../../../src/model/json.ts';
import { difference, drift } from '../../support/builders.ts';
import { load } from '../manifest/support.ts';

const LOCAL = 'environments/local/main.yaml';

/** `found` by field, joined by slashes: what is live. */
async function after(
  address: Address,
  text: string,
  found: Readonly<Record<string, Json>>,
  isDefault = false,
): Promise<string> {
  const { environments, diagnostics } = await load({ [LOCAL]: text });
  const [environment] = environments;
  if (environment === undefined || hasErrors(diagnostics)) throw new Error(JSON.stringify(diagnostics));
  const writer = new DriftWriter({
    environment,
    root: '/repo-that-is-nowhere',
    environments,
    models: new Map([
      ['libvirt', libvirtDriver.model],
      ['kwok', kwokDriver.model],
    ]),
    texts: new Map([[LOCAL, text]]),
    taken: new Set(),
    missing: new Set(),
    isKnownSecret: () => false,
    async load(texts) {
      const edited = await load({ [LOCAL]: text, ...Object.fromEntries(texts) });
      const errors = edited.diagnostics.filter(({ severity }) => severity === 'error');
      return { environments: edited.environments, errors };
    },
  });
  const differences = Object.entries(found).map(([names, before]) =>
    difference(names.split('/'), {
      before,
      after: {},
      cause: 'world',
      field_path: fieldPath(...names.split('/')),
      ...(isDefault ? { is_default: true } : {}),
    }),
  );
  const { files, by_hand: byHand } = await writer.write([drift(address, { differences })]);
  expect(byHand).toEqual([]);
  return files[0]?.after ?? '';
}

const VM = `vms:
  builder: # compiles
    driver: libvirt
    cpus: 4      # of 8
    memory: 8GiB
    port_forwards: ["2222:22", "8080:80"]
    labels: { team: core }
`;

const CLUSTER = `clusters:
  dev:
    driver: kwok
    nodes: { workers: 2 } # enough
    feature_gates: { X: true }
`;

describe('what was found of a VM', () => {
  it('is written in place, in units that people read', async () => {
    expect(await after('vm.builder', VM, { cpus: 2, memory: '4GiB' })).toBe(
      VM.replace('cpus: 4 ', 'cpus: 2 ').replace('8GiB', '4GiB'),
    );
  });

  it('is written where nothing was said', async () => {
    expect(await after('vm.builder', VM, { autostart: true })).toBe(`${VM}    autostart: true\n`);
  });

  it('takes out a line that says what is meant without it', async () => {
    expect(await after('vm.builder', VM, { memory: '2GiB' }, true)).toBe(VM.replace('    memory: 8GiB\n', ''));
  });

  it('writes out the short form of the one forward that is another, and leaves the others', async () => {
    const text = await after('vm.builder', VM, { 'port_forwards/2222/guest_port': 2022 });

    expect(text).toContain('"8080:80"');
    expect(text).toMatch(/host_port: 2222, guest_port: 2022/);
  });

  it('drops a forward that is gone', async () => {
    expect(await after('vm.builder', VM, { 'port_forwards/8080': null })).toBe(VM.replace(', "8080:80"', ''));
  });
});

describe('what was found of a cluster', () => {
  it('is written as a number where a number stood', async () => {
    expect(await after('cluster.dev', CLUSTER, { 'nodes/workers/count': 1 })).toBe(
      CLUSTER.replace('workers: 2', 'workers: 1'),
    );
  });

  it('is written out where a number does not say it', async () => {
    const text = await after('cluster.dev', CLUSTER, { 'nodes/workers/labels/tier': 'web' });

    expect(text).toMatch(/workers: \{ count: 2, labels: \{ tier: web \}/);
    expect(text).toContain('# enough');
  });

  it('is written below a group that is there', async () => {
    expect(await after('cluster.dev', CLUSTER, { 'feature_gates/X': false })).toBe(
      CLUSTER.replace('X: true', 'X: false'),
    );
  });
});
