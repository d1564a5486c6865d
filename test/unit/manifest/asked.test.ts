import { describe, expect, it } from 'vitest';
import { load } from './support.ts';

const ROOT = '/repo-that-is-nowhere';

describe('what a load asks for', () => {
  it('holds what is missing', async () => {
    const { asked } = await load({
      'environments/local/main.yaml':
        'extends: ../missing\nservices: { web: { process: { command: [run] }, storage: { volumes: ["./app.conf:ro"] } } }',
    });

    expect(asked.folders).toEqual(
      expect.arrayContaining(['environments', 'environments/local', 'environments/missing']),
    );
    expect(asked.paths).toEqual(expect.arrayContaining([`${ROOT}/.env`, 'environments/local/main.yaml']));
  });

  it('holds mounts by where they lie on this machine', async () => {
    const { asked } = await load({
      'environments/local/main.yaml':
        'services: { web: { process: { command: [run] }, storage: { volumes: ["./app.conf:ro", "/etc/trueup-nowhere:ro"] } } }',
    });

    expect(asked.paths).toEqual(
      expect.arrayContaining([
        `${ROOT}/environments/local/app.conf`,
        '/etc/trueup-nowhere',
        'environments/local/main.yaml',
      ]),
    );
  });
});
