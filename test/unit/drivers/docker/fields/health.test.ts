import { describe, expect, it } from 'vitest';
import type { HealthConfig } from '../../../../../src/drivers/docker/api/wire.ts';
import { health } from '../../../../../src/drivers/docker/fields/health.ts';
import type { Reading } from '../../../../../src/drivers/docker/fields/group.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { fixture } from './fixtures.ts';
import { NOW } from '../engine-facts.ts';
import { differences, FURNISHED, healthCheck, paths, serviceConfig, viewOf } from './scene.ts';

const CHECK: HealthConfig = { Test: ['CMD', 'true'], Interval: 20e9, Timeout: 5e9, Retries: 3, StartPeriod: 2e9 };

/** A container of an image that has a check of its own. */
function withCheck(check: HealthConfig): Reading {
  const { created } = fixture('engine-current', 'alone');
  const view = viewOf(FURNISHED, { networks: [], volumes: [] }, NOW);
  return health.read({ ...created, Config: { ...created.Config, Healthcheck: check } }, view);
}

function differing(check: JsonObject | null, reading: Reading): readonly string[] {
  const config = serviceConfig({ health_check: check });
  return paths(differences('service', config, reading)).filter((path) => path.includes('health_check'));
}

describe('a health check that is switched off', () => {
  const off = healthCheck({ test: ['NONE'] });

  it('differs by its test alone from one that is not: it has no timings', () => {
    expect(differing(off, withCheck(CHECK))).toEqual(["$['health_check']['test']"]);
  });

  it('is the same whatever timings stand beside it', () => {
    expect(differing(off, withCheck({ ...CHECK, Test: ['NONE'] }))).toEqual([]);
    expect(differing({ ...off, interval: '7s' }, withCheck({ Test: ['NONE'] }))).toEqual([]);
  });
});

describe('a health check that is not declared', () => {
  it('is the image’s, timings and all', () => {
    expect(differing(null, withCheck(CHECK))).toEqual(
      ['interval', 'retries', 'start_period', 'test', 'timeout'].map((name) => `$['health_check']['${name}']`),
    );
  });
});
