import { describe, expect, it } from 'vitest';
import type { ContainerInspect, ImageInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { createBody, serviceFrom } from '../../../../../src/drivers/docker/fields/service.ts';
import { withFromImage } from '../../../../../src/model/from-image.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { NOW } from '../engine-facts.ts';
import { kept } from './engine-memory.ts';
import {
  bodyContext,
  differences,
  FURNISHED,
  healthCheck,
  paths,
  serviceConfig,
  viewOf,
  withRunState,
} from './scene.ts';

/** An image whose author gives orders to everything that reads labels and variables. */
const GREEDY: ImageInspect = {
  ...FURNISHED,
  Config: {
    ...FURNISHED.Config,
    Env: ['PATH=/bin', 'PGDATA=/data', 'VIRTUAL_HOST=bank.example'],
    Labels: {
      'traefik.enable': 'true',
      'ofelia.job-local.x.command': 'sh',
      team: 'core',
      'dev.trueup.hooks': '{"pre_stop":[{"command":["sh"],"user":"root","privileged":true}]}',
      'dev.trueup.withheld': '{"labels":["team"]}',
      'com.docker.compose.project': 'another',
    },
  },
};

const FROM = { labels: 'team|owner', environment_variables: '(?!VIRTUAL_)[A-Z]+', volumes: 3 };

function madeFrom(config: JsonObject, image: ImageInspect = GREEDY): ContainerInspect {
  return kept({ body: createBody(config, bodyContext(config, { image })), image });
}

function differing(
  config: JsonObject,
  inspect: ContainerInspect,
  image: ImageInspect | null = GREEDY,
): readonly string[] {
  const reading = serviceFrom(inspect, viewOf(image, { networks: [], volumes: [] }, NOW));
  return paths(differences('service', withRunState(config, inspect), reading));
}

describe('a container for somebody else', () => {
  const config = withFromImage(serviceConfig({ container: { image: 'full:1' } }), FROM);

  it('has of the labels and variables of its image those that are allowed, and the others empty', () => {
    const { Config } = madeFrom(config);

    expect(Config.Labels).toMatchObject({ 'traefik.enable': '', 'ofelia.job-local.x.command': '', team: 'core' });
    expect(Config.Env?.toSorted()).toEqual(['PATH=/bin', 'PGDATA=/data', 'VIRTUAL_HOST=']);
  });

  it('has no health check that nobody declares', () => {
    expect(madeFrom(config).Config.Healthcheck?.Test).toEqual(['NONE']);
  });

  it('is what was declared, also once its image is gone', () => {
    expect(differing(config, madeFrom(config))).toEqual([]);

    const alone = { ...GREEDY, Config: { ...GREEDY.Config, Volumes: {} } };
    expect(differing(config, madeFrom(config, alone), null)).toEqual([]);
  });

  it('is to be made anew where something that was withheld is declared', () => {
    const declared: JsonObject = {
      ...config,
      labels: { 'traefik.enable': '' },
      health_check: healthCheck({ test: ['CMD', 'true'] }),
    };

    expect(differing(declared, madeFrom(config))).toEqual(["$['health_check']", "$['labels']['traefik.enable']"]);
  });

  it('has what is declared under a name that the image has too', () => {
    const declared: JsonObject = {
      ...config,
      labels: { 'traefik.enable': 'mine' },
      environment_variables: { VIRTUAL_HOST: 'mine' },
      health_check: healthCheck({ test: ['CMD', 'true'] }),
    };
    const { Config } = madeFrom(declared);

    expect(Config.Labels).toMatchObject({ 'traefik.enable': 'mine' });
    expect(Config.Env).toContain('VIRTUAL_HOST=mine');
    expect(Config.Healthcheck?.Test).toEqual(['CMD', 'true']);
    expect(differing(declared, madeFrom(declared))).toEqual([]);
  });

  it('takes nothing over where what it may cannot be read', () => {
    const { Config } = madeFrom({ ...config, from_image: 'everything' });

    expect(Config.Labels).toMatchObject({ 'traefik.enable': '', team: '' });
    expect(Config.Env?.toSorted()).toEqual(['PATH=/bin', 'PGDATA=', 'VIRTUAL_HOST=']);
  });
});

describe('a health check for somebody else that is declared', () => {
  const Healthcheck = { Test: ['CMD', 'true'], StartPeriod: 600e9, StartInterval: 1e6 };
  const hasty: ImageInspect = { ...FURNISHED, Config: { ...FURNISHED.Config, Healthcheck } };
  const config = (parts: JsonObject): JsonObject => {
    const declared = healthCheck({ test: ['CMD', 'mine'], start_period: '5m', ...parts });
    return withFromImage(serviceConfig({ container: { image: 'full:1' }, health_check: declared }), FROM);
  };

  it('starts no more often than engines do by themselves, whatever its image says', () => {
    const made = madeFrom(config({}), hasty);

    expect(made.Config.Healthcheck).toMatchObject({ Test: ['CMD', 'mine'], StartPeriod: 300e9, StartInterval: 5e9 });
    expect(differing(config({}), made, hasty)).toEqual([]);
    expect(differing(config({ start_interval: '2s' }), made, hasty)).toEqual(["$['health_check']['start_interval']"]);
  });

  it('starts as often as it says', () => {
    const made = madeFrom(config({ start_interval: '2s' }), hasty);

    expect(made.Config.Healthcheck?.StartInterval).toBe(2e9);
    expect(differing(config({ start_interval: '2s' }), made, hasty)).toEqual([]);
  });
});

describe('a container for the operator', () => {
  const config = serviceConfig({ container: { image: 'full:1' } });

  it('has what its image has, but for the labels of ours and of Compose', () => {
    const { Config } = madeFrom(config);

    expect(Config.Labels).toMatchObject({
      'traefik.enable': 'true',
      'dev.trueup.hooks': '',
      'dev.trueup.withheld': '',
      'com.docker.compose.project': 'shop',
    });
    expect(Config.Env).toContain('VIRTUAL_HOST=bank.example');
    expect(Config.Healthcheck).toEqual(GREEDY.Config?.Healthcheck);
    expect(differing(config, madeFrom(config))).toEqual([]);
  });
});
