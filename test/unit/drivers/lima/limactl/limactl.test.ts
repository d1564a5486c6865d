import { describe, expect, it } from 'vitest';
import { assertReading, loginCommand } from '../../../../../src/drivers/lima/limactl/allowed.ts';
import { complaint, isRefusedToRoot, refused } from '../../../../../src/drivers/lima/limactl/failures.ts';

const ENGINE = { name: 'host', home: '/home/user/.lima' };

describe('an observer', () => {
  it.each([['list', '--json'], ['disk', 'list', '--json'], ['template', 'validate', '--fill', 'x'], ['--version']])(
    'may ask %s',
    (...command) => {
      expect(() => assertReading(command)).not.toThrow();
    },
  );

  it.each([
    ['start', 'box'],
    ['disk', 'delete', 'x'],
    ['template', 'copy', 'a', 'b'],
    ['snapshot', 'apply', 'box'],
    ['shell', '--workdir', '/', 'box', 'rm'],
    ['shell', '--workdir', '/', 'box', 'true', 'x'],
  ])('must not run %s', (...command) => {
    expect(() => assertReading(command)).toThrow(/an observer must not run/);
  });

  it('may log in to see whether anybody can', () => {
    expect(() => assertReading(loginCommand('box'))).not.toThrow();
  });
});

describe('a complaint', () => {
  it('is the gravest that limactl says', () => {
    const stderr =
      '{"level":"warning","msg":"a warning","time":"t"}\n{"level":"fatal","msg":"instance `box` already exists","time":"t"}\n';

    expect(complaint(stderr)).toBe('instance `box` already exists');
    expect(refused(ENGINE, ['create', '--name', 'box'], stderr)).toMatchObject({ code: 'name_in_use' });
  });

  it('is all of it where nothing is grave, and plain words as they are', () => {
    expect(complaint('{"level":"warning","msg":"a","time":"t"}')).toBe('a');
    expect(isRefusedToRoot('limactl: must not run as the root user\n')).toBe(true);
  });
});
