import { describe, expect, it } from 'vitest';
import { isConcerned } from '../../../../src/serve/watch/concerned.ts';

const READER = {
  environments: 'environments',
  folder: 'environments/local',
  read: ['environments/base/main.yaml', 'environments/local/main.yaml', 'config/nginx.conf'],
  paths: [
    '.env',
    'environments/local/main.yaml',
    'environments/other/main.yaml',
    'environments/local/data/seed',
    '/etc/x',
  ],
  folders: ['environments', 'environments/base', 'environments/local', 'environments/other'],
};

describe('a saved file', () => {
  it.each([
    'environments/local/main.yaml',
    'environments/local/new.yaml',
    'environments/local',
    'environments/base/new.yaml',
    'environments/local/data/seed',
    'config/nginx.conf',
    '.env',
    '/etc/x',
    'trueup.yaml',
  ])('concerns who asked for it, or looked where it came: %s', (file) => {
    expect(isConcerned([file], READER)).toBe(true);
  });

  it.each([
    'environments/other/main.yaml',
    'environments/other',
    'environments',
    'environments/local/README.md',
    'config/other',
  ])('concerns nobody else: %s', (file) => {
    expect(isConcerned([file], READER)).toBe(false);
  });
});
