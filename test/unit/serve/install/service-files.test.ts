import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchdAgent } from '../../../../src/serve/install/launchd-agent.ts';
import {
  lastingEnvironment,
  serviceName,
  serviceOf,
  type ServiceRequest,
} from '../../../../src/serve/install/service.ts';
import { systemdUnit } from '../../../../src/serve/install/systemd-unit.ts';

const REQUEST: ServiceRequest = {
  sources: ['/home/kim/shop'],
  runtime: '/usr/bin/node',
  command: '/opt/trueup/bin/trueup.cjs',
  options: ['--environments', '4'],
  home: '/home/kim',
  environment: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
  log: '/home/kim/.local/state/trueup/serve/x.log',
};

const ODD = [
  '/home/kim/my shop',
  '/home/kim/100%/%h',
  '/home/kim/$HOME/${PATH}',
  '/home/kim/"quoted"/it\'s',
  '/home/kim/back\\slash\\n',
  '/home/kim/ä ö/; rm -rf ~',
  '/home/kim/<a>&amp;</string>',
  '/home/kim/-- trailing ',
  '/home/kim/trailing\\',
];

/** The words of a command line as systemd.service(5) reads it. */
function systemdWords(line: string): readonly string[] {
  const isLiteral = line.startsWith(':');
  const words: string[] = [];
  let rest = isLiteral ? line.slice(1) : line;
  while (rest !== '') {
    const match = /^"((?:[^"\\]|\\.)*)"(?: |$)/.exec(rest);
    if (match === null) throw new Error(`no word: ${rest}`);
    const plain = (match[1] ?? '').replaceAll(/\\(.)/g, (_, escaped: string) => {
      if (!'\\"'.includes(escaped)) throw new Error(`an escape with a meaning of its own: ${escaped}`);
      return escaped;
    });
    if (/(?<!%)(%%)*%(?!%)/.test(plain)) throw new Error(`a specifier: ${plain}`);
    if (!isLiteral && plain.includes('$')) throw new Error(`a variable: ${plain}`);
    words.push(plain.replaceAll('%%', '%'));
    rest = rest.slice(match[0].length);
  }
  return words;
}

function valuesOf(unit: string, name: string): readonly string[] {
  return unit
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));
}

/** The strings of a property list in the order in which they stand. */
function plistStrings(text: string): readonly string[] {
  return [...text.matchAll(/<string>([^<>]*)<\/string>/g)].map(([, inner = '']) =>
    inner.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

const path = fc.string({
  unit: fc.constantFrom('a', ' ', '%', '$', '"', "'", '\\', '{', '}', ';', '&', '<', '>', 'ü', '`', '#', '-'),
  maxLength: 12,
});

describe('the name of a service', () => {
  it('is the same for the same repos in any order, and fit for any file name', () => {
    expect(serviceName(['/a/Shop', '/b'])).toMatch(/^trueup-shop-[0-9a-f]{8}$/);
    expect(serviceName(['/b', '/a/Shop']).slice(-8)).toBe(serviceName(['/a/Shop', '/b']).slice(-8));
    for (const source of [...ODD, '/', 'https://example.com/acme/shop.git']) {
      expect(serviceName([source])).toMatch(/^trueup(-[a-z0-9]+)+$/);
    }
  });
});

describe('a repo that is served by URL', () => {
  it('is the same service at another ref', () => {
    expect(serviceName(['https://example.com/acme/shop.git#v2'])).toBe(
      serviceName(['https://example.com/acme/shop.git']),
    );
    expect(serviceName(['/home/kim/c#'])).not.toBe(serviceName(['/home/kim/c']));
  });
});

describe('a systemd unit', () => {
  it('runs the command with absolute paths, and ends nothing but the daemon', () => {
    const unit = systemdUnit(serviceOf(REQUEST));

    expect(systemdWords(valuesOf(unit, 'ExecStart')[0] ?? '')).toEqual([
      '/usr/bin/node',
      '/opt/trueup/bin/trueup.cjs',
      'serve',
      '--log-file',
      '/home/kim/.local/state/trueup/serve/x.log',
      '--environments',
      '4',
      '--',
      '/home/kim/shop',
    ]);
    expect(unit).toContain('\nWorkingDirectory=/home/kim/shop\n');
    expect(unit).toContain('\nKillMode=process\n');
    expect(unit).toContain('\nOOMPolicy=continue\n');
    expect(valuesOf(unit, 'Environment').flatMap(systemdWords)).toEqual(['PATH=/usr/bin:/bin', 'LANG=C.UTF-8']);
  });

  it.each(ODD)('means the folder %j and no other', (folder) => {
    const unit = systemdUnit(serviceOf({ ...REQUEST, sources: [folder], environment: { PATH: folder } }));

    expect(systemdWords(valuesOf(unit, 'ExecStart')[0] ?? '').at(-1)).toBe(folder);
    expect(valuesOf(unit, 'Environment').flatMap((line) => systemdWords(`:${line}`))).toEqual([`PATH=${folder}`]);
  });

  test.prop([path, path])('means any path', (first, second) => {
    const [folder, runtime] = [`/x${first}`, `/y${second}`];
    const unit = systemdUnit(serviceOf({ ...REQUEST, sources: [folder], runtime }));
    const words = systemdWords(valuesOf(unit, 'ExecStart')[0] ?? '');
    const own = words[0] === '/bin/sh' ? words.slice(3) : words;

    expect(words[0]).not.toMatch(/["'\\]/);
    expect([own[0], own.at(-1)]).toEqual([runtime, folder]);
    const [working = ''] = valuesOf(unit, 'WorkingDirectory');
    expect([folder, '/home/kim']).toContain(working.replaceAll('%%', '%'));
    expect(working.endsWith('\\')).toBe(false);
  });

  it('starts a program whose path systemd does not take', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trueup-unit-'));
    const runtime = join(folder, "o'brien\\");
    writeFileSync(runtime, '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
    const unit = systemdUnit(serviceOf({ ...REQUEST, runtime, sources: ["/home/o'brien/$x"] }));

    const [file = '', ...args] = systemdWords(valuesOf(unit, 'ExecStart')[0] ?? '');
    const output = execFileSync(file, args, { encoding: 'utf8' });
    rmSync(folder, { recursive: true });

    expect(output).toMatch(/^\/opt\/trueup\/bin\/trueup[.]cjs[|]serve[|].*[|]\/home\/o'brien\/[$]x[|]$/);
  });

  it('refuses what would be another line of it', () => {
    expect(() => serviceOf({ ...REQUEST, sources: ['/home/kim/a\nExecStart=/bin/evil'] })).toThrow(
      /no service manager/,
    );
  });
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasSystemd)('to systemd itself', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trueup-unit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function mistakes(unit: string): readonly string[] {
    const file = join(folder, 'trueup-test.service');
    writeFileSync(file, unit);
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['--user', 'verify', file], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('trueup-test'));
    return status === 0 ? lines : [...lines, `status ${status}`];
  }

  it.each(ODD)('a unit of %j has no mistake, and its program is the one that is meant', (odd) => {
    const runtime = join(folder, odd.replaceAll('/', '_'));
    const unit = systemdUnit(serviceOf({ ...REQUEST, runtime, sources: [odd], environment: { PATH: odd } }));

    // It looks for the program: where that is not there, it says so.
    if (!/["'\\]/.test(runtime)) expect(mistakes(unit).join()).toContain('not executable');
    writeFileSync(runtime, '#!/bin/sh\n', { mode: 0o755 });

    expect(mistakes(unit)).toEqual([]);
  });
});

describe('a launchd agent', () => {
  it.each(ODD)('means the folder %j and no other', (folder) => {
    const text = launchdAgent(serviceOf({ ...REQUEST, sources: [folder], environment: { PATH: folder } }));

    expect(plistStrings(text).filter((string) => string === folder).length).toBeGreaterThanOrEqual(2);
    expect(text).toContain('<key>AbandonProcessGroup</key>\n  <true/>');
    expect(isWellFormed(text)).toBe(true);
  });
});

describe('what a service sees of the environment', () => {
  it('is what engines need, and nothing that may hold a secret', () => {
    const seen = lastingEnvironment({
      PATH: '/bin',
      DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
      HTTPS_PROXY: 'http://kim:hunter2@proxy:8080',
      HTTP_PROXY: 'http://proxy:8080',
      API_TOKEN: 'hunter2',
      LANG: 'C\nEvil=1',
    });

    expect(seen).toEqual({
      PATH: '/bin',
      DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
      HTTP_PROXY: 'http://proxy:8080',
    });
  });
});

/** By Python's reader of property lists, where there is one; else by its comments alone. */
function isWellFormed(text: string): boolean {
  if (/<!--(?:(?!-->)[\s\S])*--(?!>)/.test(text)) return false;
  if (spawnSync('python3', ['--version']).status !== 0) return true;
  execFileSync('python3', ['-c', 'import plistlib, sys; plistlib.loads(sys.stdin.buffer.read())'], { input: text });
  return true;
}
