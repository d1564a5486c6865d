import { expect, test } from 'vitest';
import { askable } from '../../../../src/cli/daemon/askable.ts';

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '');

test.each([
  'status',
  'status local',
  'status local web -o json',
  'status --output json -q',
  'plan',
  'plan local --detailed-exitcode --no-report --format json',
  'drift',
  'drift local -o json --no-report',
  'apply --auto-approve',
  'apply local --auto-approve --quiet',
])('`%s` may be left to a daemon', (line) => {
  expect(askable(words(line))).toEqual({ chdir: '.' });
});

test.each([
  '',
  'destroy local --auto-approve',
  'drift --watch',
  'drift --write --auto-approve',
  'drift --filesystem',
  'status --verbose',
  'status --var a=b',
  'status --env-file x',
  'status --profile dev',
  'status --output=json',
  'status -ojson',
  'status -o',
  'status --help',
  'status -- local',
  'plan --out plan.json',
  'plan --adopt',
  'plan --replace web',
  'plan --allow-removals 3',
  'apply',
  'apply local',
  'apply --auto-approve --all',
  'apply --auto-approve local staging',
  'apply --auto-approve --replace web',
  'apply --auto-approve --lock-timeout 5m',
  '-C x status',
])('`%s` is run where it was asked for', (line) => {
  expect(askable(words(line))).toBeNull();
});

test('says in which folder it is meant', () => {
  expect(askable(words('status -C app'))).toEqual({ chdir: 'app' });
  expect(askable(words('plan --chdir app local'))).toEqual({ chdir: 'app' });
});
