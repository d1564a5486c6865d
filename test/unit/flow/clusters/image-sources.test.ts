import { describe, expect, it } from 'vitest';
import type { DriverModel } from '../../../../src/drivers/driver.ts';
import { imageSources } from '../../../../src/flow/clusters/image-sources.ts';
import { containing } from '../../../support/matching.ts';
import { CLUSTER, SHOP, WEB, WEB_IMAGE } from '../../../support/clusters/double.ts';
import { desired, environment } from '../../../support/builders.ts';
import { simulatedModel } from '../../../support/simulated/model/model.ts';

const IMAGES: DriverModel = { ...simulatedModel, resourceTypes: ['service', 'image'] };
const CLUSTERS: DriverModel = { ...simulatedModel, resourceTypes: ['cluster'] };
const MODELS = new Map([
  ['box', IMAGES],
  ['dev', CLUSTERS],
]);

const ENGINES = {
  ...SHOP.engines,
  other: { name: 'other', driver: 'images', settings: {} },
};
const OTHER_IMAGE = desired('api:2', { type: 'image', name: 'api:2', engine: 'other' });
const TWO = environment([CLUSTER, WEB, WEB_IMAGE, OTHER_IMAGE], { engines: ENGINES });
const TWO_MODELS = new Map([...MODELS, ['other', IMAGES]]);

describe('images for a cluster', () => {
  it.each(['app:1', 'service.web', 'local/service.web', 'image.app:1'])('can be meant by %s', (word) => {
    expect(imageSources(SHOP, [word], MODELS, null)).toEqual([{ engine: 'box', references: ['app:1'] }]);
  });

  it('are where services have theirs, though no service has them', () => {
    expect(imageSources(SHOP, ['tool:3', 'app:1', 'tool:3'], MODELS, null)).toEqual([
      { engine: 'box', references: ['tool:3', 'app:1'] },
    ]);
  });

  it('are each where its services have it', () => {
    expect(imageSources(TWO, ['app:1', 'api:2'], TWO_MODELS, null)).toEqual([
      { engine: 'box', references: ['app:1'] },
      { engine: 'other', references: ['api:2'] },
    ]);
  });

  it('are where people say that they are', () => {
    expect(imageSources(TWO, ['app:1', 'tool:3'], TWO_MODELS, 'other')).toEqual([
      { engine: 'other', references: ['app:1', 'tool:3'] },
    ]);
  });

  it('are on the only engine that has any, where no service has an image', () => {
    const bare = environment([CLUSTER], { engines: SHOP.engines });

    expect(imageSources(bare, ['tool:3'], MODELS, null)).toEqual([{ engine: 'box', references: ['tool:3'] }]);
  });

  it('have to be placed where two engines could have them, or none', () => {
    expect(() => imageSources(TWO, ['tool:3'], TWO_MODELS, null)).toThrow(
      expect.objectContaining({ code: 'usage', next: containing('--engine NAME: one of box, other') }),
    );
    expect(() => imageSources(environment([CLUSTER]), ['tool:3'], new Map(), null)).toThrow(
      expect.objectContaining({ code: 'usage', message: containing('has no engine with images') }),
    );
  });

  it.each([
    ['service.wbe', 'did you mean "service.web"?'],
    ['cluster.dev', 'a service that has one'],
  ])('are not meant by %s', (word, next) => {
    expect(() => imageSources(SHOP, [word], MODELS, null)).toThrow(
      expect.objectContaining({ code: 'usage', next: containing(next) }),
    );
  });

  it.each(['dev', 'nowhere'])('are not on the engine %s', (engine) => {
    expect(() => imageSources(SHOP, ['app:1'], MODELS, engine)).toThrow(
      expect.objectContaining({ code: 'usage', next: containing('engines with images: box') }),
    );
  });
});
