import { describe, expect, it } from 'vitest';
import { type ImagePull, pullDocument, type PullReport } from '../../../src/report/pull.ts';
import { renderPull } from '../../../src/report/pull-text.ts';
import { PLAIN } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const [OLD, NEW] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

function image(reference: string, overrides: Partial<ImagePull> = {}): ImagePull {
  return {
    address: `image.${reference}`,
    reference,
    engine: 'docker',
    services: ['service.web'],
    status: 'up_to_date',
    id: OLD,
    previous_id: OLD,
    digest: null,
    duration_ms: 1200,
    error: null,
    ...overrides,
  };
}

const REPORT: PullReport = {
  environment: 'local',
  images: [
    image('acme/web:1', { status: 'pulled', id: NEW }),
    image('busybox:1', { status: 'pulled', id: NEW, previous_id: null }),
    image('redis:7'),
    image('own:dev', { status: 'left_out' }),
    image('gone:1', {
      status: 'failed',
      id: null,
      previous_id: null,
      error: {
        code: 'image_not_found',
        message: 'cannot pull gone:1: docker.io shows no such image or tag',
        next: 'check the reference',
        retryable: false,
        fields: { registry: 'docker.io' },
      },
    }),
    image('slow:1', { status: 'cancelled' }),
  ],
  outdated: ['service.api', 'service.web'],
};

describe('a pull', () => {
  it('is a document that fits its schema', () => {
    expect(schemaErrors('pull', pullDocument(REPORT))).toEqual([]);
    expect(schemaErrors('pull', pullDocument({ environment: 'local', images: [], outdated: [] }))).toEqual([]);
    expect(pullDocument(REPORT)).toMatchObject({ outdated: ['service.api', 'service.web'] });
  });

  it('tells what became of each image, what to do about one that failed, and who runs an older one', () => {
    expect(renderPull(REPORT, PLAIN).split('\n')).toEqual([
      '✔ acme/web:1: bbbbbbbbbbbb pulled in 1.2 s, was aaaaaaaaaaaa',
      '✔ busybox:1: bbbbbbbbbbbb pulled in 1.2 s',
      '= redis:7: up to date (aaaaaaaaaaaa)',
      '- own:dev: left out, because its pull_policy is never',
      '✘ gone:1: failed after 1.2 s',
      '    cannot pull gone:1: docker.io shows no such image or tag [image_not_found]',
      '    next: check the reference',
      '- slow:1: interrupted',
      'A newer image for service.api, service.web: run `trueup apply local` to replace what runs.',
    ]);
  });

  it('says so when there is nothing to pull', () => {
    const text = renderPull({ environment: 'local', images: [], outdated: [] }, PLAIN);

    expect(text).toBe('Nothing to pull: no service of local that is meant has an image.');
  });

  it('lets nothing but text reach the terminal', () => {
    const evil = '\u001B[2Ja\u0007';
    const text = renderPull(
      { environment: evil, images: [image(evil, { id: evil, status: 'pulled' })], outdated: [`service.${evil}`] },
      PLAIN,
    );

    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f]/);
  });
});
