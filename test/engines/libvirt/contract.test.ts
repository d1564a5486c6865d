import { afterAll, beforeAll, describe } from 'vitest';
import { describeDriverContract } from '../../support/contract.ts';
import { LIBVIRT_LACKS, libvirtHarness } from '../../support/libvirt/contract-harness.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();

describe.skipIf(lacks !== null)(lacks ?? 'on a libvirt of its own', () => {
  let host: PrivateHost;
  const held = new AsyncDisposableStack();

  beforeAll(async () => {
    host = held.use(await PrivateHost.start());
  });

  afterAll(() => held.disposeAsync());

  describeDriverContract('libvirt', { lacks: LIBVIRT_LACKS, setUp: () => libvirtHarness(host) });
});
