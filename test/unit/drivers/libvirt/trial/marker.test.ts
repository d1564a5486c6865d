import { describe, expect, it } from 'vitest';
import { hasComeUp } from '../../../../../src/drivers/libvirt/trial/marker.ts';

describe('a guest that is tried', () => {
  it.each([
    'debian login: ',
    'Cloud-init v. 24.1 running',
    'Welcome to Debian GNU/Linux 12',
    '[  OK  ] Reached target X',
  ])('has come up once it says: %s', (line) => {
    expect(hasComeUp({}, ['Linux version 6.1', line])).toBe(true);
  });

  it('has come up where it says what is declared', () => {
    expect(hasComeUp({ ready: { serial: 'READY after \\d' } }, ['READY after 2 s'])).toBe(true);
  });

  it('has not come up by what its firmware and its kernel say', () => {
    const lines = ['SeaBIOS (version 1.16)', 'Linux version 6.1', 'Kernel panic - not syncing: No working init found.'];

    expect(hasComeUp({ ready: { serial: 'READY' } }, lines)).toBe(false);
  });
});
