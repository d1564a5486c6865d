import { describe, expect, it } from 'vitest';
import { dockerModel } from '../../../../../src/drivers/docker/model.ts';
import { fieldPath } from '../../../../../src/model/field-path.ts';

describe('two references to an image, of which the engine was asked for neither', () => {
  it.each([
    ['busybox:1', 'docker.io/library/busybox:1', true],
    ['busybox', 'docker.io/library/busybox:latest', true],
    ['busybox:1', 'busybox:2', false],
    ['busybox:1', 'quay.io/library/busybox:1', false],
    ['busybox:1', 'Not An Image', false],
  ])('%s and %s mean the same: %s', (desired, observed, same) => {
    const path = fieldPath('container', 'image');

    expect(dockerModel.equal('service', path, desired, observed, () => null)).toBe(same);
  });
});
