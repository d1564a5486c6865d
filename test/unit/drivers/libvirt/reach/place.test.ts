import { describe, expect, it } from 'vitest';
import { hostOf, placeOf } from '../../../../../src/drivers/libvirt/reach/place.ts';

const HERE = { uri: 'qemu:///system', isLocal: true };
const THERE = { uri: 'qemu+ssh://kim@lab.example:2222/system', isLocal: false };

describe('a forwarded port', () => {
  it.each([
    [HERE, '127.0.0.1', { host: '127.0.0.1', port: 2222 }],
    [HERE, '0.0.0.0', { host: '127.0.0.1', port: 2222 }],
    [HERE, '192.0.2.7', { host: '192.0.2.7', port: 2222 }],
    [THERE, '0.0.0.0', { host: 'lab.example', port: 2222 }],
    [THERE, '192.0.2.7', { host: '192.0.2.7', port: 2222 }],
  ])('of %j that listens on %s is reached at %j', (engine, listens, place) => {
    expect(placeOf({ listens, port: 2222 }, engine)).toEqual(place);
  });

  it.each(['127.0.0.1', '127.1.2.3'])('of another host is never looked for on this one, at %s', (listens) => {
    expect(placeOf({ listens, port: 2222 }, THERE)).toBeNull();
  });
});

describe('the host of a URI', () => {
  it.each([
    ['qemu+ssh://kim@lab.example:2222/system', 'lab.example'],
    ['qemu+tls://lab.example/system?pkipath=/x', 'lab.example'],
    ['qemu+ssh://[2001:db8::1]/system', '2001:db8::1'],
    ['qemu:///system', null],
  ])('%s is %s', (uri, host) => {
    expect(hostOf(uri)).toBe(host);
  });
});
