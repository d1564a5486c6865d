/** Signals, addresses, subnets and platforms have many spellings and one meaning. */
import { fc, test } from '@fast-check/vitest';
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, canonicalSubnet } from '../../../../../src/drivers/docker/fields/ip.ts';
import { samePlatform } from '../../../../../src/drivers/docker/fields/platform.ts';
import { sameSignal, signalName, signalNumber } from '../../../../../src/drivers/docker/fields/signals.ts';

describe('signals', () => {
  it.each([
    ['15', 'SIGTERM'],
    ['term', 'SIGTERM'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGRTMIN+3', 'SIGRTMIN+3'],
    ['37', 'SIGRTMIN+3'],
    ['RTMAX-27', 'SIGRTMIN+3'],
    ['SIGRTMIN', 'SIGRTMIN'],
    ['10', 'SIGUSR1'],
    ['SIGPWR', 'SIGPWR'],
    ['SIGNONE', 'SIGNONE'],
  ])('%s is %s', (text, name) => {
    expect(signalName(text)).toBe(name);
  });

  it.each([
    ['SIGTERM', '15', true],
    ['SIGTERM', 'SIGINT', false],
    ['SIGNONE', 'SIGNONE', false],
    ['0', '0', false],
    ['RTMIN+99', 'RTMIN+99', false],
  ])('%s and %s being the same: %s', (left, right, same) => {
    expect(sameSignal(left, right)).toBe(same);
  });

  test.prop([fc.integer({ min: 1, max: 64 }).filter((number) => number < 32 || number > 33)])(
    'the name of a number has that number',
    (number) => {
      expect(signalNumber(signalName(String(number)))).toBe(number);
    },
  );
});

describe('addresses', () => {
  it.each([
    ['FD00:0:0:5::9', 'fd00:0:0:5::9'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:10.1.2.3', '::ffff:a01:203'],
    ['10.1.2.3', '10.1.2.3'],
    ['nonsense', 'nonsense'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.prop([fc.ipV6().filter((text) => !text.includes('.'))])('IPv6 has the spelling of a browser', (text) => {
    expect(`[${canonicalAddress(text)}]`).toBe(new URL(`http://[${text}]/`).hostname);
  });

  test.prop([fc.oneof(fc.ipV4(), fc.ipV6())])('one spelling stays, and is still an address', (text) => {
    const canonical = canonicalAddress(text);

    expect(canonicalAddress(canonical)).toBe(canonical);
    expect(isIP(canonical)).toBe(isIP(text));
  });

  it.each([
    ['172.28.5.1/16', '172.28.0.0/16'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['10.0.0.1/0', '0.0.0.0/0'],
    ['FD00:0:0:5::9/64', 'fd00:0:0:5::/64'],
    ['fd00::/129', 'fd00::/129'],
    ['10.0.0.0', '10.0.0.0'],
  ])('the subnet %s is %s', (text, canonical) => {
    expect(canonicalSubnet(text)).toBe(canonical);
  });
});

describe('platforms', () => {
  it.each([
    ['linux/arm64', 'linux/arm64/v8', true],
    ['arm64', 'linux/arm64', true],
    ['linux', 'linux/amd64', true],
    ['linux/x86_64', 'linux/amd64', true],
    ['linux/aarch64', 'linux/arm64/v8', true],
    ['linux/arm/v6', 'linux/arm/v7', false],
    ['linux/arm64', 'linux/amd64', false],
    ['windows/amd64', 'linux/amd64', false],
  ])('%s and %s being the same: %s', (left, right, same) => {
    expect(samePlatform(left, right)).toBe(same);
    expect(samePlatform(right, left)).toBe(same);
  });
});
