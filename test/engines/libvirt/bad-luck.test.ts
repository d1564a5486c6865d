import { readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildGuest, type Guest } from '../../support/libvirt/guest.ts';
import { type LibvirtRepo, libvirtRepo } from '../../support/libvirt/libvirt-repo.ts';
import { lacksForHost, PrivateHost } from '../../support/libvirt/private-host.ts';

const lacks = lacksForHost();
const told = lacks === null ? '' : ` (${lacks})`;

describe.skipIf(lacks !== null)(`what cannot be made on libvirt${told}`, () => {
  let host: PrivateHost;
  let guest: Guest;
  let repo: LibvirtRepo;

  const held = new AsyncDisposableStack();
  beforeAll(async () => {
    guest = await buildGuest();
    host = held.use(await PrivateHost.start({ poolSize: '64m' }));
    repo = held.use(await libvirtRepo(host, guest, null));
  });

  afterAll(() => held.disposeAsync());

  afterEach(async () => {
    for (const name of (await host.virsh('list --name')).split('\n').filter(Boolean))
      await host.virsh(`destroy ${name}`);
    await host.clear();
    await repo.removeState();
  });

  async function refusal(fields: Readonly<Record<string, string>>): Promise<string> {
    await repo.only(fields);
    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);
    expect(status, stdout + stderr).not.toBe(0);
    return stdout + stderr;
  }

  async function imageOf(content: Uint8Array): Promise<string> {
    const path = join(repo.scratch, 'image');
    await writeFile(path, content);
    return path;
  }

  it('a machine with more memory than the host has to give is not started', async () => {
    expect(await refusal({ memory: '100TiB', run_state: 'running' })).toMatch(/the host has \S+ of memory to give/);

    expect(await host.virsh('list --name')).toBe('');
  });

  it('a disk that the pool has no room for is not begun', async () => {
    const disks = '[{ name: big, size: 1TiB, format: raw }]';

    expect(await refusal({ additional_disks: disks })).toMatch(/"default" has \S+ left, and demo-box\.big takes 1TiB/);

    expect(await host.remains()).toBe('');
  });

  it('an image that is not there is named', async () => {
    expect(await refusal({ image: '/nowhere/image' })).toContain('"/nowhere/image" does not exist');

    expect(await host.remains()).toBe('');
  });

  it('an image that is cut off is not used', async () => {
    const path = await imageOf(await readFile(guest.image));
    await truncate(path, 70_000);

    expect(await refusal({ image: path })).toContain('it is cut off');

    expect(await host.remains()).toBe('');
  });

  it('an image that is packed says with what', async () => {
    expect(await refusal({ image: await imageOf(Buffer.from('1f8b0800', 'hex')) })).toContain('packed with gzip');
  });

  it('an image of another digest is not taken, and its own is told', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;

    const words = await refusal({ image: `{ location: ${guest.image}, digest: "${digest}" }` });

    expect(words).toMatch(/is another one: its content comes to sha256:[0-9a-f]{64}/);
    expect(await host.remains()).toBe('');
  });

  it('a machine whose port somebody else has is not started, and is once it is free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const fields = { kernel: 'KERNEL', run_state: 'running', port_forwards: `["127.0.0.1:${port}:22"]` };

    expect(await refusal(fields)).toContain('port_in_use');

    await new Promise((resolve) => server.close(resolve));
    await repo.applied();
    expect(await host.virsh('domstate demo-box')).toBe('running');
  });

  it('a guest that panics fails its gate with what it said last', async () => {
    const words = await refusal({
      kernel: 'KERNEL',
      cmdline: '"console=ttyS0 panic=0"',
      run_state: 'running',
      ready: '{ serial: "READY after", timeout: 40s }',
    });

    expect(words).toMatch(/no line of the serial console matches READY after yet[^]*Kernel panic - not syncing/);
  });

  it('a machine that cannot be told apart is refused at its line', async () => {
    expect(await refusal({ name: '"4711"' })).toMatch(/environment\.yaml:\d+:\d+[^]*takes "4711" for an id/);
  });
});
