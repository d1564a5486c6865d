import { describe, expect, it } from 'vitest';
import { parityDocument } from '../../../src/report/parity-document.ts';
import { jsonText } from '../../../src/report/json-text.ts';
import { renderParity } from '../../../src/report/parity-text.ts';
import { PLAIN } from '../../support/builders.ts';
import { noParity, sampleParity } from '../../support/formats/sample-parity.ts';
import { schemaErrors } from '../../support/schemas.ts';

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

Unknown: engine far does not answer (no route \\u001b[31m@team <b>x</b>), so 1 resource of observed/\\u001b[31m@team <b>x</b>.json could not be compared.
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

Unknown: engine far does not answer (no route x), so 1 resource of observed/x.json could not be compared.
The waiver of service.old at trueup.yaml:12:7 has expired (2026-12-31).
The waiver of service.web $.labels hits nothing: take it out.`);
  });

  it('is one line where nothing differs', () => {
    expect(renderParity(noParity(), { ...PLAIN, all: false })).toBe(
      'local at 1a2b3c4 (dirty) and local@HEAD at 1a2b3c4 (semantic): identical; parity 100 % (1 of 1 service alike)',
    );
  });

  it('counts what does not fit on a screen', () => {
    const sample = sampleParity('x');
    const many = sample.service_diffs.slice(0, 1).flatMap((diff) => {
      return Array.from({ length: 20 }, (_none, index) => ({ ...diff, service_name: `s${index}` }));
    });

    const text = renderParity({ ...sample, service_diffs: many }, { ...PLAIN, all: false });

    expect(text).toContain('… and 11 more differences; `--all` shows them.');
    expect(text).not.toContain('s15');
    expect(renderParity({ ...sample, service_diffs: many }, { ...PLAIN, all: true })).toContain('s19');
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
