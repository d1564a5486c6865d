import { describe, expect, it } from 'vitest';
import { ANY_ROOT, relocated } from '../../../src/flow/relocated.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { environment } from '../../support/builders.ts';
import { service } from '../../support/planning.ts';

function moved(config: JsonObject, to: string): JsonObject | undefined {
  const placed = relocated(environment([service('web', { config })]), '/home/kim/shop', to);
  return placed.resources.get('service.web')?.config;
}

const CONFIG = {
  process: { command: ['/home/kim/shop/run'], cwd: '/home/kim/shop' },
  storage: {
    volumes: {
      data: { volume: 'data', host_path: null },
      conf: { host_path: '/home/kim/shop/app/conf' },
      '/etc/ssl': { host_path: '/etc/ssl' },
      beside: { host_path: '/home/kim/shop2/conf' },
    },
  },
};

describe('desired in another checkout', () => {
  it('has its own paths there, and what lies outside of the repo where it was', () => {
    expect(moved(CONFIG, '/srv/ci')).toMatchObject({
      process: { command: ['/home/kim/shop/run'], cwd: '/srv/ci' },
      storage: {
        volumes: {
          data: { volume: 'data', host_path: null },
          conf: { host_path: '/srv/ci/app/conf' },
          '/etc/ssl': { host_path: '/etc/ssl' },
          beside: { host_path: '/home/kim/shop2/conf' },
        },
      },
    });
  });

  it('is in no checkout in particular where nobody asks for one', () => {
    expect(moved(CONFIG, ANY_ROOT)).toMatchObject({
      process: { cwd: '.' },
      storage: { volumes: { conf: { host_path: './app/conf' } } },
    });
  });
});
