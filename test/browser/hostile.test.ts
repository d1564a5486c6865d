import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../src/model/address.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../src/model/json.ts';
import { driftDocument } from '../../src/report/drift-document.ts';
import { fieldText } from '../../src/report/field-text.ts';
import { planDocument } from '../../src/report/plan-document.ts';
import { documentPage } from '../../src/report/page/document-page.ts';
import { mistakesPage } from '../../src/report/page/mistakes-page.ts';
import { renderReportPage } from '../../src/report/page/render-page.ts';
import { readReport } from '../../src/report/reading/read-report.ts';
import { runDocument } from '../../src/report/run-document.ts';
import { safeText } from '../../src/report/safe-text.ts';
import { valueText } from '../../src/report/value-text.ts';
import { sharedBrowser } from '../support/browser/shared-browser.ts';
import {
  change,
  conflict,
  difference,
  drift,
  evidence,
  ignoreHit,
  plan,
  probe,
  result,
  run,
  source,
} from '../support/builders.ts';
import { PARITY_HISTORY, PARITY_MATRIX, PARITY_REPORT } from '../support/sample-reports.ts';

/** What breaks out of a text, an attribute, a comment, a style or a policy where one place forgets to escape. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>*{display:none}</style>',
  '</title></head><body onload=alert(1)>',
  '</pre></code><svg onload=alert(1)>',
  '--><script>alert(1)</script><!--',
  ']]><script>alert(1)</script>',
  '</summary></details><iframe src="javascript:alert(1)"></iframe>',
  '<base href="https://evil.test/"><a href="javascript:alert(1)">x</a>',
  '<meta http-equiv="refresh" content="0;url=https://evil.test/">',
  '&lt;script&gt;&#60;b&#62;&quot;',
  'a\u0000b\u001b[31mc\u202ed\ufeff\ud800e\r\nf',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)}',
];

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 10 })).map(([first, second]) => second + first),
);

const open = sharedBrowser();

/** One text in every place of every report that can hold one. */
function pagesWith(evil: string): readonly string[] {
  const address = addressOf('service', evil);
  const differences = [
    difference([evil], { before: evil, after: [evil, { [evil]: evil }], impact: evil, cause: 'world' }),
  ];
  const where = { engine: evil, name: evil, source: source(1, 1, evil) };
  const changes = [
    change(address, { ...where, differences, depends_on: [addressOf('volume', evil)] }),
    change(address, {
      ...where,
      action: 'create',
      reason: 'missing',
      before: null,
      after: { process: { command: [evil] } },
    }),
  ];
  const withheld = [{ address, reason: 'protected' as const, summary: evil }];
  const planned = plan({
    environment: evil,
    project: evil,
    inputs: { files: [evil], engines: [], targets: [address], unpinned: [evil] },
    changes,
    withheld,
    conflicts: [conflict(address, { summary: evil })],
    ignored: [ignoreHit(address, '$', { reason: evil })],
    frozen: [{ address, since: evil, until: evil, reason: evil, by: evil }],
    drift: [drift(address, { engine: evil, name: evil, differences })],
  });
  const gate = evidence({ probes: [probe({ target: evil, output: evil })], log_lines: [evil] });
  const error = { code: 'step_failed', message: evil, next: evil, fields: {}, retryable: false } as const;
  const ran = run({
    environment: evil,
    status: 'failed',
    steps: [result(address, evil, { status: 'failed', error, gate, id: evil, engine: evil, name: evil })],
    rollbacks: [{ address, name: evil, because: evil, status: 'failed', downtime_ms: null }],
  });
  const interrupted = { run: evil, command: evil, started_at: evil, steps: [], restarts: [address] };
  const envelope = {
    id: evil,
    created_at: evil,
    trueup_version: evil,
    duration_ms: 1,
    engines: [{ name: evil, driver: evil, version: evil }],
  };
  const coverage = {
    engines: [{ engine: evil, managed: 1, unmanaged: 1, elsewhere: 0 }],
    unmanaged: [{ engine: evil, type: 'volume' as const, name: evil, id: evil, ownership: null }],
    elsewhere: [],
  };
  const documents = [
    { kind: 'plan', ...envelope, ...planDocument(planned) },
    { kind: 'run', ...envelope, ...runDocument(ran, changes, interrupted) },
    { kind: 'drift', ...envelope, ...driftDocument(planned, coverage) },
  ];
  const pages = documents.map((document) => renderReportPage(readReport(parseJson(JSON.stringify(document)), evil)));
  return [...pages, ...parityPagesWith(address)];
}

/** The members of parity's documents that can hold any text. */
const TEXTS: ReadonlySet<string> = new Set(
  [
    'id report_id timestamp source target source_environment target_environment service_name paired_with',
    'evidence recommendation rule impact_description reason owner until file comparison_tool name driver',
    'version engine commit since subject path diff detail source_value target_value reference invalid',
  ]
    .join(' ')
    .split(' '),
);

/** One of a closed list of words, beside others of its name that are none. */
const BY_HAND = 'shared';

function parityPagesWith(evil: string): readonly string[] {
  const [parity, history, matrix] = [PARITY_REPORT, PARITY_HISTORY, PARITY_MATRIX].map((document) =>
    parseJsonObject(
      JSON.stringify(document, (key, value: unknown) =>
        TEXTS.has(key) && value !== BY_HAND ? withText(value, evil) : value,
      ),
    ),
  );
  if (parity === undefined || history === undefined || matrix === undefined) throw new Error('there are three');
  const mistake = { rule: evil, level: 'error', text: evil, source: source(1, 1, evil) } as const;
  return [
    documentPage(parity, { mask: (text) => text, history }),
    ...[history, matrix].map((document) => documentPage(document, { mask: (text) => text })),
    mistakesPage({ kind: 'parity', environments: [], mistakes: [mistake] }),
  ];
}

/** A text, or a list of them; what is more has members of its own. */
function withText(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  return Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'string' ? text : item)) : value;
}

function parseJsonObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw new Error('it is an object');
  return value;
}

/** What a parser makes of a page: the kinds of elements and attributes in it, and all that is a text. */
interface Parsed {
  readonly shape: string;
  readonly codes: readonly string[];
}

const PARSE = `(html) => {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const kinds = new Set();
  for (const element of parsed.querySelectorAll('*')) {
    const names = element.getAttributeNames().filter((name) => !['open', 'checked'].includes(name));
    kinds.add(element.tagName + '[' + names.sort().join(' ') + ']');
  }
  const codes = [...parsed.querySelectorAll('code')].map((code) => code.textContent);
  return { shape: [...kinds].sort().join('\\n'), codes };
}`;

/** Fixed texts of the same length everywhere give the shape to hold others against. */
const PLAIN = pagesWith('plain');

describe('text of others on a page', () => {
  it('becomes no element and no attribute, and says what it said', async () => {
    await using opened = await open('<!doctype html><title>parser</title>');
    const { page } = opened;
    const parse = (html: string): Promise<Parsed> => page.evaluate<Parsed>(`(${PARSE})(${JSON.stringify(html)})`);
    const plain = await Promise.all(PLAIN.map(parse));

    await fc.assert(
      fc.asyncProperty(text, async (evil) => {
        const parsed = await Promise.all(pagesWith(evil).map(parse));
        for (const [index, { shape, codes }] of parsed.entries()) {
          const allowed = new Set(plain[index]?.shape.split('\n'));
          expect(shape.split('\n').filter((kind) => !allowed.has(kind))).toEqual([]);
          // Mistakes have a place alone.
          if (index < parsed.length - 1) expect(codes).toContain(safeText(addressOf('service', evil)));
        }
        expect(parsed[0]?.codes).toContain(valueText(parseJson(JSON.stringify(evil))));
        expect(parsed[0]?.codes).toContain(fieldText(difference([evil]).field_path));
      }),
      { examples: HOSTILE.map((evil): [string] => [evil]), numRuns: 40 },
    );
  });

  it('runs nothing, asks nobody, and changes no style', async () => {
    // All at once in every kind of page, and each alone in one of them.
    const alone = HOSTILE.map((evil, index) => pagesWith(evil)[index % PLAIN.length] ?? '');
    for (const html of [...pagesWith(HOSTILE.join(' ')), ...alone]) {
      await using opened = await open(html);
      await opened.page.mouse.move(200, 300);

      expect(opened.events).toEqual([]);
      expect(await opened.page.locator('h1').isVisible()).toBe(true);
    }
  });
});
