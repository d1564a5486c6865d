import { describe, expect, it } from 'vitest';
import { ROOT_PATH } from '../../../src/model/field-path.ts';
import type { ConfigurationDiffReport } from '../../../src/model/parity.ts';
import { parityDocument } from '../../../src/report/parity-document.ts';
import { jsonText } from '../../../src/report/json-text.ts';
import { renderParity } from '../../../src/report/parity-text.ts';
import { PLAIN } from '../../support/builders.ts';
import { noParity, sampleParity } from '../../support/formats/sample-parity.ts';
import { schemaErrors } from '../../support/schemas.ts';

/** So many services, each with two differences that count and one that does not. */
function many(count: number): ConfigurationDiffReport {
  const sample = sampleParity('x');
  const services = sample.service_diffs.slice(0, 1).flatMap((diff) => {
    return Array.from({ length: count }, (_none, index) => ({ ...diff, service_name: `s${index}` }));
  });
  const waivers = { hits: 0, expired: [], unused: [], covered: [] };
  return {
    ...sample,
    service_diffs: services,
    summary: { ...sample.summary, total_services: count },
    metadata: { ...sample.metadata, resource_diffs: [], waivers, unknown: [] },
  };
}

describe('a parity', () => {
  it('is text of what would bite: both values, why, what to do and where, with no secret and no escape sequence', () => {
    expect(
      renderParity(sampleParity(), { ...PLAIN, all: false }),
    ).toBe(`local at 1a2b3c4 (dirty) and observed/\\u001b[31m@team <b>x</b>.json as observed (semantic):
    incompatible, not all of it known; parity 50 % (2 of 4 services alike)

~ web is frontend in observed/\\u001b[31m@team <b>x</b>.json (92 %: the same image, the same ports)
    critical container.image: "app:1.4" → "app:2.0" environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        another major version
        To do: take 2.0
    warning labels.evil: (not set) → "\\u001b[31m@team <b>x</b>"
        environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        a value that is no secret and of no host
        To do: write the same on both sides

- mailer\\u001b[31m@team <b>x</b> is missing in observed/\\u001b[31m@team <b>x</b>.json (error)
    environments/local/web.yaml:3:3
    To do: declare it there

~ volume.data
    warning labels.tier: "here" → "there" environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        a value that is no secret and of no host
        To do: write the same on both sides

Unknown: the engine far of observed/\\u001b[31m@team <b>x</b>.json does not answer (no route \\u001b[31m@team <b>x</b>), so 1 resource could not be compared.
1 more difference of no weight; \`--all\` shows them.
2 differences waived; \`--all\` shows them.
The waiver of service.old at trueup.yaml:12:7 has expired (2026-12-31).
The waiver of service.web $.labels hits nothing: take it out.`);
  });

  it('shows what has no weight and what is waived where all is asked for', () => {
    expect(
      renderParity(sampleParity('x'), { ...PLAIN, all: true }),
    ).toBe(`local at 1a2b3c4 (dirty) and observed/x.json as observed (semantic):
    incompatible, not all of it known; parity 50 % (2 of 4 services alike)

~ web is frontend in observed/x.json (92 %: the same image, the same ports)
    critical container.image: "app:1.4" → "app:2.0" environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        another major version
        To do: take 2.0
    warning labels.evil: (not set) → "x" environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        a value that is no secret and of no host
        To do: write the same on both sides
    info environment_variables.TOKEN: (secret) → (secret)
        environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        a value that is no secret and of no host
        To do: write the same on both sides
    warning environment_variables.MODE: "here" → "there" (waived: until the new mailer is there)
        environments/staging/web.yaml:6:5
        a value that is no secret and of no host
        To do: write the same on both sides

- mailerx is missing in observed/x.json (error) environments/local/web.yaml:3:3
    To do: declare it there

+ cache is missing in local (waived: until the new mailer is there) environments/staging/web.yaml:5:3

~ volume.data
    warning labels.tier: "here" → "there" environments/local/web.yaml:4:5 → environments/staging/web.yaml:6:5
        a value that is no secret and of no host
        To do: write the same on both sides

Unknown: the engine far of observed/x.json does not answer (no route x), so 1 resource could not be compared.
The waiver of service.old at trueup.yaml:12:7 has expired (2026-12-31).
The waiver of service.web $.labels hits nothing: take it out.`);
  });

  it('is one line where nothing differs', () => {
    expect(renderParity(noParity(), { ...PLAIN, all: false })).toBe(
      'local at 1a2b3c4 (dirty) and local@HEAD at 1a2b3c4 (semantic): identical; parity 100 % (1 of 1 service alike)',
    );
  });

  it('counts what is too much to read, the least severe', () => {
    const text = renderParity(many(20), { ...PLAIN, all: false });

    expect(text).toContain('… and 10 more differences (10 warning); `--all` shows them.');
    expect(text.match(/critical container.image/g)).toHaveLength(20);
    expect(text.match(/warning labels.evil/g)).toHaveLength(10);
    expect(renderParity(many(20), { ...PLAIN, all: true }).match(/warning labels.evil/g)).toHaveLength(20);
  });

  it('is told in few words, by what to do, where the screen is too small for more', () => {
    const options = { ...PLAIN, width: 80, all: false };

    expect(
      renderParity(many(3), { ...options, height: 19 }),
    ).toBe(`local at 1a2b3c4 (dirty) and observed/x.json as observed (semantic):
    incompatible; parity 50 % (2 of 3 services alike)

critical: take 2.0
    s0 container.image: "app:1.4" → "app:2.0" environments/local/web.yaml:4:5
    s1 container.image: "app:1.4" → "app:2.0" environments/local/web.yaml:4:5
    s2 container.image: "app:1.4" → "app:2.0" environments/local/web.yaml:4:5
warning: write the same on both sides
    s0 labels.evil: (not set) → "x" environments/local/web.yaml:4:5
    s1 labels.evil: (not set) → "x" environments/local/web.yaml:4:5
    s2 labels.evil: (not set) → "x" environments/local/web.yaml:4:5

\`--all\` shows why, and where on both sides.

3 more differences of no weight; \`--all\` shows them.`);
  });

  it('never takes more of a screen than there is, and tells the most severe', () => {
    for (const height of [8, 10, 14, 24, 40]) {
      const text = renderParity(many(20), { ...PLAIN, width: 100, height, all: false });

      expect(text.split('\n').length).toBeLessThan(Math.max(height, 10));
      expect(text).toContain('critical: take 2.0\n    s0 container.image');
      expect(text).toMatch(/… and \d+ more differences/);
    }
  });

  it('names a guess by the names, and what is unknown by what it is', () => {
    const sample = many(1);
    const [diff] = sample.service_diffs;
    const [difference] = diff?.differences ?? [];
    if (diff === undefined || difference === undefined) throw new Error('no difference');
    const guess = { ...difference, field_path: ROOT_PATH, source_value: 's0', target_value: 'frontend' };
    const nothing = { ...sample.summary, total_services: 3 };
    const unknown = [
      { side: 'target', engine: null, reason: 'a.yaml:1:1: no image', addresses: ['service.a'] },
    ] as const;
    const told = (report: typeof sample): string => renderParity(report, { ...PLAIN, all: false });

    expect(told({ ...sample, service_diffs: [{ ...diff, differences: [guess] }] })).toContain(
      'critical name: "s0" → "frontend"',
    );
    expect(
      told({
        ...sample,
        service_diffs: [],
        summary: nothing,
        metadata: { ...sample.metadata, score: null, unknown },
      }),
    ).toBe(`local at 1a2b3c4 (dirty) and observed/x.json as observed (semantic):
    unknown; parity unknown (3 services, none of them known)

Unknown: service.a of observed/x.json could not be compared: a.yaml:1:1: no image.`);
  });

  it('is a document that fits its schema and has no hash of a secret', () => {
    for (const report of [sampleParity(), noParity()]) {
      const document = parityDocument(report);
      expect(schemaErrors('parity', document)).toEqual([]);
    }
    const text = jsonText(parityDocument(sampleParity()));
    expect(text).toContain('"source_value": {\n            "$secret": "changed"\n          }');
    expect(text).not.toContain('\u001b');
  });
});
