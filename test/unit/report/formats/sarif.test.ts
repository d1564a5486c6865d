import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc, test } from '@fast-check/vitest';
import { Ajv, type AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Plan } from '../../../../src/model/plan.ts';
import type { PlanFindingsKind } from '../../../../src/report/formats/findings.ts';
import { findingsReport, mistakesReport } from '../../../../src/report/formats/findings-report.ts';
import { sarifDocument } from '../../../../src/report/formats/sarif/sarif.ts';
import { change, diagnostic, difference, plan, removal, source } from '../../../support/builders.ts';
import { hostileText } from '../../../support/formats/hostile-text.ts';
import { hostilePlan, hugePlan, richPlan } from '../../../support/formats/rich-plan.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly JsonObject[];
    readonly results: readonly Result[];
  }[];
}

// The schema as it is published. One of its patterns is none where regular expressions are read strictly.
const SCHEMA_FILE = fileURLToPath(import.meta.resolve('schemastore/schemas/json/sarif-2.1.0.json'));
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as AnySchemaObject);

/** The log as a reader meets it, once it fits the published schema. */
function logOf(document: JsonObject): Log['runs'][number] {
  const log: unknown = JSON.parse(JSON.stringify(document));
  const fits = isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  expect(fits).toBe(true);
  const { runs } = log as Log;
  const [run] = runs;
  if (run === undefined || runs.length !== 1) throw new Error('one run is what GitHub takes');
  return run;
}

function sarif(plans: readonly Plan[], kind: PlanFindingsKind = 'plan'): Log['runs'][number] {
  return logOf(
    sarifDocument(
      findingsReport(kind, plans, (text) => text),
      '0.1.0',
    ),
  );
}

describe('sarifDocument', () => {
  it('has a result for each difference at its line, and one for each change without', () => {
    const { results, tool, invocations } = sarif([richPlan()]);

    expect(
      results
        .map(({ ruleId, level, message, locations }) => {
          const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
          return `${level} ${ruleId}: ${message.text} ${artifactLocation?.uri}:${region?.startLine}`;
        })
        .join('\n'),
    ).toBe(
      [
        'error change/delete_because_no_resource_config: local/volume.old will be removed (no longer declared). Its data will be lost. environments/local/web.yaml:1',
        'error field/container.image: local/service.api will be replaced: container.image: "api:1.4" → "api:1.5" (forces replacement; changed outside of git; It runs another version.). Also restarts service.web; drops connections; is down meanwhile. environments/local/web.yaml:9',
        'error engine_unreachable: local: docker does not answer, and nothing on it was compared: connect ENOENT environments/local/web.yaml:1',
        'error diagnostic/unknown_key: local: unknown key "comand"; did you mean "command"? environments/local/web.yaml:3',
        'error conflict: local: service.x on process: the name "shop-x-1" is taken by local/service.x of the checkout /home/kim/shop environments/local/web.yaml:3',
        'warning field/environment_variables: local/service.api will be replaced: environment_variables.TOKEN: (secret) → (secret, changed) (forces restart; changed in git and outside). Also restarts service.web; drops connections; is down meanwhile. environments/local/web.yaml:9',
        'warning withheld/protected: local: volume.data is protected environments/local/web.yaml:1',
        'note field/labels: local/service.api will be replaced: labels.team: (not set) → "core". Also restarts service.web; drops connections; is down meanwhile. environments/local/web.yaml:9',
        'note change/missing: local/service.web will be created (does not exist yet). environments/local/web.yaml:3',
      ].join('\n'),
    );
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([...new Set(results.map(({ ruleId }) => ruleId))].toSorted());
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(invocations).toEqual([{ executionSuccessful: false }]);
  });

  it('has the drift, too', () => {
    const { results } = sarif([richPlan()], 'drift');

    expect(results.map(({ level, ruleId, message }) => `${level} ${ruleId}: ${message.text}`).join('\n')).toBe(
      [
        'error drift/missing: local/service.cache is gone (changed outside of git).',
        'error engine_unreachable: local: docker does not answer, and nothing on it was compared: connect ENOENT',
        'error diagnostic/unknown_key: local: unknown key "comand"; did you mean "command"?',
        'warning drift/undeclared: local/service.stray is in no manifest (shop-stray-1) (cause unknown).',
        'note field/labels: local/service.api differs: labels.team: is "old", declared "new" (changed outside of git).',
      ].join('\n'),
    );
  });

  it('has the mistakes because of which there is no plan', () => {
    const { results, invocations } = logOf(
      sarifDocument(
        mistakesReport('plan', [diagnostic()], (text) => text),
        '0.1.0',
      ),
    );

    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([['diagnostic/unknown_key', 'error']]);
    expect(invocations).toEqual([{ executionSuccessful: false }]);
  });

  it('shows what is declared nowhere any more at the first manifest of the environment', () => {
    const { results } = sarif([plan({ changes: [removal('service.old')] })]);

    expect(results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'environments/local/web.yaml', uriBaseId: 'SRCROOT' },
      region: { startLine: 1 },
    });
  });

  it('knows a finding again when its values and its line have changed, and by nothing else', () => {
    const of = (field: string, after: string, line: number, environment = 'local'): string | undefined => {
      const differences = [difference(['labels', field], { after, source: source(line) })];
      const { results } = sarif([plan({ environment, changes: [change('service.web', { differences })] })]);
      return results[0]?.partialFingerprints['primaryLocationLineHash'];
    };

    expect(of('a', 'x', 3)).toBe(of('a', 'y', 99));
    expect(new Set([of('a', 'x', 3), of('b', 'x', 3), of('a', 'x', 3, 'staging')]).size).toBe(3);
  });

  it('keeps the 5,000 most severe results, and counts the others', () => {
    const { results, invocations } = sarif([hugePlan(6000)]);

    expect(results).toHaveLength(5000);
    expect(results.filter(({ level }) => level === 'error')).toHaveLength(3000);
    expect(invocations).toEqual([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [{ level: 'warning', message: { text: '1000 more results left out: 1000 info' } }],
      },
    ]);
  });

  it('writes paths as addresses, and texts so that nothing in them is a link or a placeholder', () => {
    const differences = [
      difference(['labels', 'x'], {
        before: '[a](http://evil.example)',
        after: '{0}',
        source: source(1, 1, 'a b/#?%.yaml'),
      }),
    ];
    const { results } = sarif([plan({ changes: [change('service.web', { differences })] })]);

    expect(results[0]?.message.text).toContain(String.raw`"\[a\](http://evil.example)" → "{{0}}"`);
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('a%20b/%23%3F%25.yaml');
  });

  test.prop([hostileText(), fc.constantFrom<PlanFindingsKind>('plan', 'drift')], { numRuns: 100 })(
    'fits the published schema whatever people and engines write',
    (text, kind) => {
      expect(sarif([hostilePlan(text)], kind).results.length).toBeGreaterThan(0);
    },
  );
});
