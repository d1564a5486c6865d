import { describe, expect, it } from 'vitest';
import { described, load, loadOne, loadText } from './support.ts';

const VARIABLES = { FOO: 'first', BAR: '' };

/** What the text means, as Compose's own tests say. */
const MEANINGS: Readonly<Record<string, string>> = {
  foo: 'foo',
  $$: '$',
  '$${foo}': '${foo}',
  $FOO: 'first',
  '$FOO-bar': 'first-bar',
  'This ${FOO} var': 'This first var',
  'This ${BAR} var': 'This  var',
  'ok ${missing:-def}': 'ok def',
  'ok ${missing-def}': 'ok def',
  'ok ${BAR:-def}': 'ok def',
  'ok ${BAR-def}': 'ok ',
  'ok ${FOO:-def}': 'ok first',
  'ok ${BAR:-/non:-alphanumeric}': 'ok /non:-alphanumeric',
  'ok ${missing-$FOO}': 'ok first',
  'ok ${missing-${FOO}}': 'ok first',
  'ok ${missing-${FOO} ${FOO}}': 'ok first first',
  'ok ${BAR:-${FOO} ${FOO}} end': 'ok first first end',
  'ok ${missing:-${alsomissing:-${BAR:-deep}}}': 'ok deep',
  'ok ${missing:-a $$ b}': 'ok a $ b',
  'ok ${FOO:?err}': 'ok first',
  'ok ${FOO?err}': 'ok first',
  'ok ${BAR?err}': 'ok ',
  'ok ${missing-myerror?msg}': 'ok myerror?msg',
  'ok ${FOO:+yes}': 'ok yes',
  'ok ${FOO+yes}': 'ok yes',
  'ok ${BAR:+yes}': 'ok ',
  'ok ${BAR+yes}': 'ok yes',
  'ok ${missing+yes}': 'ok ',
  'ok ${FOO:+${FOO}!}': 'ok first!',
  'ok ${missing+${missing}}': 'ok ',
  'a}b': 'a}b',
  '${FOO}}': 'first}',
};

const INVALID: readonly string[] = [
  '$',
  '${',
  '$}',
  '${}',
  '${ }',
  '${ foo}',
  '${foo }',
  '${foo!}',
  '$1',
  '${1}',
  'x ${FOO:-y',
  '$ ',
];

describe('interpolation', () => {
  it.each(Object.entries(MEANINGS))('reads %j as %j', async (template, meaning) => {
    const environment = await loadOne(
      `services: { web: { process: { command: [run, ${JSON.stringify(template)}] } } }`,
      { variables: VARIABLES },
    );

    expect(environment.resources.get('service.web')?.config['process']).toMatchObject({ command: ['run', meaning] });
  });

  it.each(INVALID)('refuses %j', async (template) => {
    const result = await loadText(`services: { web: { process: { command: [run, ${JSON.stringify(template)}] } } }`, {
      variables: VARIABLES,
    });

    expect(result.diagnostics.map(({ code }) => code)).toEqual(['invalid_interpolation']);
  });

  it('says where an unset variable stands inside its text, and what the manifest says about it', async () => {
    const text = `
services:
  web:
    process:
      command:
        - run
        - "a \${FOO} b \${TAG}"
        - \${TOKEN:?ask the team for \${FOO}}
        - \${EMPTY:?}
`;
    const result = await loadText(text, { variables: { FOO: 'x', TAGS: '1', EMPTY: '' } });

    expect(described(result.diagnostics)).toEqual([
      'local/main.yaml:7:23 error unset_variable: variable "TAG" is not set (did you mean "TAGS"?)',
      'local/main.yaml:8:11 error unset_variable: variable "TOKEN" is not set: ask the team for x (set it with ' +
        '--var TOKEN=…, under `variables`, in the environment or in .env, or write ${TOKEN:-default})',
      'local/main.yaml:9:11 error unset_variable: variable "EMPTY" is empty (set it with ' +
        '--var EMPTY=…, under `variables`, in the environment or in .env, or write ${EMPTY:-default})',
    ]);
  });

  it('takes --var before variables before the process environment before .env', async () => {
    const text = `
variables: { A: manifest, B: manifest }
services: { web: { process: { command: [run, $A, $B, $C, $HOME] } } }
`;
    const environment = await loadOne(text, {
      variables: { A: 'option' },
      processEnvironment: { B: 'x', C: 'process', HOME: 'x' },
    });

    expect(environment.resources.get('service.web')?.config['process']).toMatchObject({
      command: ['run', 'option', 'manifest', 'process', 'x'],
    });
  });

  it('lets variables be made of one another, and names the whole circle when they are', async () => {
    const good = await loadOne(`
variables: { name: web, image: "\${name}:\${tag}", tag: 1.10, debug: true }
services: { web: { container: { image: "$image" }, labels: { debug: $debug } } }
`);
    const bad = await loadText('variables: { a: "${b}", b: "${c}", c: "x${a}" }');

    expect(good.resources.get('service.web')?.config).toMatchObject({
      container: { image: 'web:1.10' },
      labels: { debug: 'true' },
    });
    expect(described(bad.diagnostics)).toEqual([
      'local/main.yaml:1:17 error invalid_interpolation: variables refer to each other in a circle: a → b → c → a',
    ]);
  });

  it('makes numbers and booleans where the schema wants them, and leaves text alone where it wants text', async () => {
    const environment = await loadOne(
      `
services:
  web:
    process: { command: [run] }
    protect: \${PROTECT}
    health_check: { test: x, retries: "\${RETRIES:-5}" }
    environment_variables: { N: "\${RETRIES:-5}" }
`,
      { variables: { PROTECT: 'true' } },
    );

    expect(environment.resources.get('service.web')?.config).toMatchObject({
      protect: true,
      health_check: { retries: 5 },
      environment_variables: { N: '5' },
    });
  });

  it('does not touch keys, comments, and dollars that begin no variable in paths and patterns', async () => {
    const environment = await loadOne(
      `
services:
  web:
    process: { command: [run] } # $nothing
    labels: { $key: x }
    health_check:
      endpoints: [{ url: "http://x" }]
      expected_response: { json_path: "$.status == '$FOO'", body_pattern: ^ok$ }
ignore_differences: [{ address: service.web, field_path: $.labels.build, reason: costs $$5 }]
`,
      { variables: VARIABLES },
    );

    expect(environment.resources.get('service.web')?.config).toMatchObject({
      labels: { $key: 'x' },
      health_check: { expected_response: { json_path: "$.status == 'first'", body_pattern: '^ok$' } },
    });
    expect(environment.ignore_differences).toMatchObject([{ field_path: "$['labels']['build']", reason: 'costs $5' }]);
  });

  it('says one thing about a text that is wrong, not what follows from it', async () => {
    const result = await loadText(`
project: \${nothing}
services:
  web:
    container: { image: "\${nothing}" }
    networking: { ports: ["\${nothing}", "\${nothing}:80"] }
`);

    expect(result.diagnostics.map(({ code, source }) => [code, source?.start.line])).toEqual([
      ['unset_variable', 2],
      ['unset_variable', 5],
      ['unset_variable', 6],
      ['unset_variable', 6],
    ]);
  });

  it('stops variables that grow without end', async () => {
    const names = 'abcdefghijklmnopqrstuvwxyz'.split('');
    const lines = names.map(
      (name, index) => `  ${name}: "${(names[index + 1] === undefined ? 'x' : `$${names[index + 1]}`).repeat(10)}"`,
    );
    const result = await load({ 'environments/local/main.yaml': `variables:\n${lines.join('\n')}\n` });

    expect(result.diagnostics.map(({ summary }) => summary)).toContain(
      'interpolation makes a text of more than a million characters',
    );
  });
});
