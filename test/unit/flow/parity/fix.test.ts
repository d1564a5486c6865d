/** The fix of a parity over manifests in memory: what it promises holds for any pair, judged by loading and comparing anew. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DriftWriter } from '../../../../src/flow/drift-writer.ts';
import { parityOf } from '../../../../src/flow/parity/comparing.ts';
import { declaredParts } from '../../../../src/flow/parity/declared-parts.ts';
import { parityPath } from '../../../../src/flow/parity/dependency-paths.ts';
import { fixChoice } from '../../../../src/flow/parity/fix-choice.ts';
import { fixableIn } from '../../../../src/flow/parity/fixable.ts';
import type { LoadedEnvironment } from '../../../../src/manifest/environment.ts';
import { addressOf, isAddress } from '../../../../src/model/address.ts';
import { TrueupError } from '../../../../src/model/failure.ts';
import type { DriftWriting } from '../../../../src/model/drift-writing.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import type { ConfigurationDiffReport, ParitySettings } from '../../../../src/model/parity.ts';
import { described, load } from '../../manifest/support.ts';

const ROOT = '/repo-that-is-nowhere';
const BASE = 'environments/base/main.yaml';
const LOCAL = 'environments/local/main.yaml';
const STAGING = 'environments/staging/main.yaml';
const NO_SETTINGS: ParitySettings = { rules: [], waivers: [], pairs: [] };

type Texts = Readonly<Record<string, string>>;

async function environmentsOf(texts: Texts): Promise<readonly LoadedEnvironment[]> {
  const { environments, diagnostics } = await load(texts, { nameDeclared: (declared) => declared });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(described(errors).join('\n'));
  return environments;
}

function named(environments: readonly LoadedEnvironment[], name: string): LoadedEnvironment {
  const found = environments.find((environment) => environment.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function compared(environments: readonly LoadedEnvironment[], settings: ParitySettings): ConfigurationDiffReport {
  const [source, target] = ['local', 'staging'].map((name) => declaredParts(named(environments, name), name, ROOT));
  if (source === undefined || target === undefined) throw new Error('two names are two sides');
  return parityOf({
    source,
    target,
    mode: 'semantic',
    models: new Map(),
    settings,
    id: 'p',
    timestamp: '2026-06-15T00:00:00.000Z',
    tool: 'trueup',
  });
}

interface Fixed {
  readonly before: ConfigurationDiffReport;
  readonly after: ConfigurationDiffReport;
  readonly writing: DriftWriting;
  readonly texts: Texts;
  readonly target: readonly LoadedEnvironment[];
}

async function fixed(texts: Texts, only: readonly string[] = [], settings = NO_SETTINGS): Promise<Fixed> {
  const environments = await environmentsOf(texts);
  const before = compared(environments, settings);
  const writer = new DriftWriter({
    environment: named(environments, 'local'),
    root: ROOT,
    environments,
    models: new Map(),
    texts: new Map([[LOCAL, texts[LOCAL] ?? '']]),
    taken: new Set(),
    missing: new Set(),
    isKnownSecret: () => false,
    async load(edited) {
      const tried = await load({ ...texts, ...Object.fromEntries(edited) }, { nameDeclared: (declared) => declared });
      const errors = tried.diagnostics.filter(({ severity }) => severity === 'error');
      return { environments: tried.environments, errors };
    },
  });
  const writing = await writer.write(fixableIn(before, { root: ROOT, isChosen: fixChoice(before, only) }));
  const written = { ...texts, ...Object.fromEntries(writing.files.map(({ path, after }) => [path, after])) };
  const target = await environmentsOf(written);
  return { before, after: compared(target, settings), writing, texts: written, target };
}

/** Each difference in one line: where, and what both say. */
function lines(report: ConfigurationDiffReport): readonly string[] {
  return [...report.service_diffs, ...report.metadata.resource_diffs].flatMap(({ service_name: name, differences }) => {
    const address = isAddress(name) ? name : addressOf('service', name);
    // Who serves an image is a matter of the place, and stays as it is.
    const others = differences.filter(({ metadata }) => metadata.rule !== 'image-registry');
    return others.map(({ field_path: path, source_value: source, target_value: target }) =>
      [address, path, JSON.stringify(source), JSON.stringify(target)].join(' '),
    );
  });
}

function unwritten(report: ConfigurationDiffReport, { written }: DriftWriting): readonly string[] {
  const gone = written.map(({ address, field_path: path }) => `${address} ${parityPath(path)} `);
  return lines(report).filter((line) => !gone.some((start) => line.startsWith(start)));
}

const TEXTS = ['on', '1', 'yes', 'a b', '# no comment', 'x: y', '', '${no}', "it's"];
const VARIABLE = fc.constantFrom(...TEXTS).map((text) => text.replaceAll('$', '$$$$'));

const SERVICE: fc.Arbitrary<JsonObject> = fc
  .record({
    image: fc.constantFrom('shop/web:1.2.0', 'shop/web:1.2.1', 'shop/web:2.0', 'mirror.test/shop/web:2.0'),
    command: fc.constantFrom<Json>(null, ['serve'], ['serve', '--fast']),
    user: fc.constantFrom<Json>(null, '1000', 'app'),
    variables: fc.dictionary(fc.constantFrom('A', 'B', 'LOG_LEVEL', 'FEATURE'), VARIABLE, { maxKeys: 3 }),
    memory: fc.constantFrom<Json>(null, '256MiB', '1GiB'),
    cpu: fc.constantFrom<Json>(null, 0.5, 2),
    check: fc.constantFrom<Json>(null, { test: ['CMD', 'ok'] }, { test: ['CMD', 'ok'], retries: 9, interval: '5s' }),
    needs: fc.constantFrom<Json>(
      null,
      { db: { condition: 'service_started' } },
      { db: { condition: 'service_healthy', criticality: 'optional' } },
    ),
    aliases: fc.constantFrom<Json>(null, ['front'], ['front', 'www']),
  })
  .map(({ image, command, user, variables, memory, cpu, check, needs, aliases }) =>
    said({
      container: said({ image, command, user }),
      environment_variables: variables,
      resource_limits: said({ memory_limit: memory, cpu_limit: cpu }),
      health_check: check,
      dependencies: needs,
      networking: aliases === null ? null : { networks: { back: { aliases } } },
    }),
  );

function said(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

const DB: JsonObject = {
  container: { image: 'postgres:16.1' },
  health_check: { test: ['CMD', 'pg_isready'] },
};

function manifest(web: JsonObject, isInternal: boolean, more: JsonObject = {}): string {
  return `# kept\n${stringify({ ...more, services: { web, db: DB }, networks: { back: { internal: isInternal } } })}`;
}

describe('the fix of a parity', () => {
  it('leaves exactly what it did not write, and changes nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ base: SERVICE, own: SERVICE, other: SERVICE, inherits: fc.boolean(), internal: fc.boolean() }),
        async ({ base, own, other, inherits, internal }) => {
          const local = inherits
            ? `# kept\n${stringify({ extends: '../base', services: { web: said({ container: own['container'] ?? null }) } })}`
            : manifest(own, false);
          const texts = {
            ...(inherits ? { [BASE]: manifest(base, false, { abstract: true }) } : {}),
            [LOCAL]: local,
            [STAGING]: manifest(other, internal),
          };

          const { before, after, writing, texts: written } = await fixed(texts);

          expect([...lines(after)].sort()).toEqual([...unwritten(before, writing)].sort());
          expect(written[STAGING]).toBe(texts[STAGING]);
          expect(written[BASE]).toBe(texts[BASE]);
          expect(written[LOCAL]).toMatch(/^# kept\n/);
          const again = await fixed(written);
          expect(again.writing.files).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes what rules take, in the words and paths of the source, and leaves what is waived', async () => {
    const local = `
extends: ../base
services:
  # the front
  web:
    container: { image: "shop/web:1.2.0" } # pinned
    environment_variables: { KEPT: mine, MODE: "off", TOKEN: plain }
    networking: { networks: { back: {} } }
`;
    const staging = `
services:
  frontend:
    container: { image: "mirror.test:5000/hub/shop/web:1.3.0" }
    environment_variables: { KEPT: theirs, MODE: "on", TOKEN: { secret: true, source: inline, value: hunter2 } }
    networking: { networks: { back: { aliases: [frontend, www] } } }
    dependencies: { db: { condition: service_healthy } }
  db: { container: { image: "postgres:16.1" }, health_check: { test: [CMD, pg_isready] } }
networks: { back: {} }
`;
    const base = `
abstract: true
services:
  db: { container: { image: "postgres:15.1" }, health_check: { test: [CMD, pg_isready] } }
networks: { back: {} }
`;
    const settings: ParitySettings = {
      rules: [],
      waivers: [
        {
          between: null,
          address: 'service.web',
          field_path: '$.environment_variables.KEPT',
          reason: 'each its own',
          owner: null,
          until: null,
          source: null,
        },
      ],
      pairs: [{ left: 'local/service.web', right: 'staging/service.frontend', source: null }],
    };

    const { texts, writing, after } = await fixed({ [BASE]: base, [LOCAL]: local, [STAGING]: staging }, [], settings);

    expect(writing.by_hand).toEqual([]);
    expect(texts[LOCAL]).toBe(`
extends: ../base
services:
  # the front
  web:
    container: { image: "shop/web:1.3.0" } # pinned
    environment_variables: { KEPT: mine, MODE: "on", TOKEN: plain }
    networking: { networks: { back: { aliases: [ web, www ] } } }
    dependencies:
      db:
        condition: service_healthy
  db:
    container:
      image: postgres:16.1
`);
    expect(lines(after).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      "service.web $['environment_variables']['KEPT']",
      "service.web $['environment_variables']['TOKEN']",
    ]);
  });

  it('takes over what is chosen alone, by the name that either side has', async () => {
    const text = (image: string, mode: string): string =>
      `services:\n  web: { container: { image: "${image}", user: "${mode}" }, resource_limits: { cpu_limit: 1 } }\n`;
    const texts = { [LOCAL]: text('a:1.0', '1'), [STAGING]: text('a:1.1', '2') };

    const { texts: written } = await fixed(texts, ['web:container.user']);

    expect(written[LOCAL]).toBe(text('a:1.0', '2'));
  });

  it('says of what cannot be chosen why', async () => {
    const texts = {
      [LOCAL]: 'services: { web: { container: { image: "a:1.0" }, labels: { a: "1" } } }\n',
      [STAGING]:
        'services: { web: { container: { image: "a:1.1" }, labels: { a: "2" } }, other: { container: { image: "b:1" } } }\n',
    };
    const report = compared(await environmentsOf(texts), NO_SETTINGS);
    const refusal = (word: string): readonly string[] => {
      try {
        fixChoice(report, [word]);
      } catch (error) {
        if (error instanceof TrueupError) return [error.message, error.next ?? ''];
      }
      return [];
    };

    expect(refusal('wbe')).toEqual(['neither side has "wbe"', 'did you mean web?']);
    expect(refusal('service.web:container.imag')).toEqual([
      'service.web does not differ in "container.imag"',
      'did you mean container.image?',
    ]);
    expect(refusal('web:labels')[0]).toBe(
      'there is nothing to fix in web:labels: its rule takes nothing from the other side',
    );
    expect(refusal('other')[0]).toBe('there is nothing to fix in other: one side lacks it as a whole');
    expect(refusal('network.default')[0]).toBe('there is nothing to fix in network.default: both sides are the same');
    expect(refusal('web:container')).toEqual([]);
  });
});
