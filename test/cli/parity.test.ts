/** `parity`: the built command over real repos, and over two environments that run. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { anyNumber, containing, parsed } from '../support/matching.ts';
import { schemaErrors } from '../support/schemas.ts';

const ONE = 'environments/one/environment.yaml';
const TWO = 'environments/two/environment.yaml';

function sleeping(...names: readonly string[]): string {
  const services = names.map((name) => `  ${name}: { process: { command: [sleep, "100${name.length}"] } }`);
  return `services:\n${services.join('\n')}\n`;
}

function containers(version: string, more = ''): string {
  return `services:\n  db: { container: { image: "postgres:${version}" } }\n${more}`;
}

interface Report {
  readonly id: string;
  readonly overall_status: string;
  readonly service_diffs: readonly {
    readonly service_name: string;
    readonly status: string;
    readonly differences: readonly {
      readonly field_path: string;
      readonly source_value: unknown;
      readonly target_value: unknown;
    }[];
  }[];
  readonly metadata: { readonly score: number; readonly unknown: readonly { readonly addresses: readonly string[] }[] };
}

async function reportOf(repo: ScratchRepo, args: readonly string[]): Promise<Report> {
  const { stdout } = await repo.trueup(['parity', ...args, '--output', 'json', '--no-report']);
  const report: unknown = JSON.parse(stdout);
  expect(schemaErrors('parity', report)).toEqual([]);
  return report as Report;
}

function differing({ service_diffs: diffs }: Report): readonly unknown[] {
  return diffs.flatMap(({ service_name: name, differences }) =>
    differences.map(({ field_path: path, source_value: source, target_value: target }) => [name, path, source, target]),
  );
}

describe('trueup parity of what runs', () => {
  it('finds exactly what somebody did to one of two environments, and what is declared knows nothing of it', async () => {
    await using repo = await scratchRepo({ [ONE]: sleeping('web', 'worker'), [TWO]: sleeping('web', 'worker') });
    await repo.trueup(['apply', 'one', 'two', '--auto-approve']);
    const before = await repo.trueup(['parity', 'one', 'two', '--mode', 'runtime']);
    const status = JSON.parse((await repo.trueup(['status', 'two', '-o', 'json'])).stdout) as {
      environments: { resources: { address: string; details: { pid: number } }[] }[];
    };
    const pid = status.environments[0]?.resources.find(({ address }) => address === 'service.web')?.details.pid;
    if (pid === undefined) throw new Error('no pid of service.web');

    process.kill(pid, 'SIGSTOP');
    await eventually(
      async () => (await repo.trueup(['parity', 'one', 'two', '--mode', 'runtime', '--no-report'])).status === 2,
      'the stopped process to be seen',
    );
    const found = await reportOf(repo, ['one', 'two', '--mode', 'runtime']);
    const declared = await repo.trueup(['parity', 'one', 'two', '--mode', 'structural']);
    process.kill(pid, 'SIGCONT');

    expect(before).toMatchObject({
      status: 0,
      stdout: containing('identical; parity 100 % (2 of 2 services alike)'),
    });
    expect(differing(found)).toEqual([['web', "$['status']['run_state']", 'running', 'paused']]);
    expect(found.metadata.score).toBe(0.5);
    expect(declared).toMatchObject({ status: 0, stdout: containing('identical') });
  });

  it('holds an observation of another machine against an environment here, in any mode', async () => {
    await using repo = await scratchRepo({ [ONE]: sleeping('web'), [TWO]: sleeping('web') });
    await repo.trueup(['apply', 'one', '--auto-approve']);
    await repo.trueup(['observe', 'one', '--out', 'one.json']);

    const [live, structural, semantic, target] = [
      await repo.trueup(['parity', 'one.json', 'one', '--mode', 'runtime']),
      await repo.trueup(['parity', 'one.json', 'two', '--mode', 'structural']),
      await repo.trueup(['parity', 'two@HEAD', './one.json']),
      await reportOf(repo, ['one.json', 'two', '--mode', 'runtime']),
    ];

    expect([live.status, structural.status, semantic.status]).toEqual([0, 0, 0]);
    expect(target.service_diffs).toMatchObject([{ service_name: 'web', status: 'missing_in_target' }]);
    expect(readdirSync(join(repo.root, 'reports'))).toEqual(['.gitignore', 'one', 'two']);
  });

  it('is unknown, never equal, where an engine does not answer', async () => {
    const far = 'engines: { docker: { host: "unix:///nowhere/docker.sock" } }\n';
    await using repo = await scratchRepo({ [ONE]: far + containers('16'), [TWO]: far + containers('16') });

    const { status, stdout } = await repo.trueup(['parity', 'one', 'two', '--mode', 'runtime', '--no-report']);
    const report = await reportOf(repo, ['one', 'two', '--mode', 'runtime']);

    expect(status).toBe(1);
    expect(stdout).toContain('(runtime): unknown; parity unknown (1 service, none of them known)');
    expect(stdout).toMatch(
      /Unknown: the engine docker of one does not answer \(.*\), so 2 resources could not be compared/,
    );
    expect([report.overall_status, report.metadata.score]).toEqual(['minor_differences', null]);
    expect(report.metadata.unknown.map(({ addresses }) => addresses)).toEqual([
      ['network.default', 'service.db'],
      ['network.default', 'service.db'],
    ]);
  });

  it('is unknown, never missing, where an observation could look at nothing', async () => {
    const far = 'engines: { docker: { host: "unix:///nowhere/docker.sock" } }\n';
    await using repo = await scratchRepo({ [ONE]: far + containers('16'), [TWO]: containers('16') });
    await repo.trueup(['observe', 'one', '--out', 'one.json']);

    const { status, stdout } = await repo.trueup(['parity', 'one.json', 'two', '--no-report']);
    const report = await reportOf(repo, ['one.json', 'two']);

    expect(status).toBe(1);
    expect(stdout).not.toContain('is missing');
    expect(stdout).toContain('parity unknown (1 service, none of them known)');
    expect(report.metadata.unknown.map(({ addresses }) => addresses)).toEqual([['network.default', 'service.db']]);
  });

  it('says why nothing runs at a revision', async () => {
    await using repo = await scratchRepo({ [ONE]: sleeping('web') });

    const { status, stderr } = await repo.trueup(['parity', 'one', 'one@HEAD', '--mode', 'runtime']);

    expect(status).toBe(64);
    expect(stderr).toContain('nothing runs at a revision: one@HEAD has no runtime');
  });
});

describe('trueup parity of what is declared', () => {
  it('points at the variable where that is what differs, on either side', async () => {
    const shared =
      'abstract: true\nvariables: { tag: "16.1" }\nservices:\n  db: { container: { image: "postgres:${tag}" } }\n';
    await using repo = await scratchRepo({
      'environments/shared/environment.yaml': shared,
      [ONE]: 'extends: ../shared\n',
      [TWO]: 'extends: ../shared\nvariables: { tag: "16.2" }\n',
    });

    const { stdout } = await repo.trueup(['parity', 'one', 'two', '--no-report']);

    expect(stdout).toContain('environments/shared/environment.yaml:2:14 → environments/two/environment.yaml:2:14');
  });

  it('finds every example identical to itself, and holds the shop against its staging in one screen', async () => {
    const files = readdirSync('environments', { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [path, readFileSync(path, 'utf8')] as const);
    await using repo = await scratchRepo(Object.fromEntries(texts));

    for (const name of ['hello', 'local', 'shop', 'staging']) {
      expect(await repo.trueup(['parity', name, name, '--no-report']), name).toMatchObject({ status: 0 });
    }
    const { stdout, status } = await repo.trueup(['parity', 'local', 'staging', '--no-report']);

    expect(status).toBe(2);
    expect(stdout).toContain('MAX_VISITORS');
    expect(stdout.split('\n').length).toBeLessThan(40);
  });

  it('exits by the least that fails, keeps the report as it is, and prints it in any format', async () => {
    await using repo = await scratchRepo({ [ONE]: containers('16.1'), [TWO]: containers('16.2') });

    const statuses: number[] = [];
    for (const least of ['info', 'warning', 'error', 'critical']) {
      statuses.push((await repo.trueup(['parity', 'one', 'two', '--fail-on', least])).status);
    }
    const { status, stdout } = await repo.trueup([
      'parity',
      'one',
      'two',
      '--also',
      'sarif=p.sarif',
      '--format',
      'markdown',
    ]);
    const kept: unknown = JSON.parse(await repo.read('reports/one/parity/latest.json'));

    expect(statuses).toEqual([2, 2, 0, 0]);
    expect(status).toBe(2);
    expect(stdout).toContain('<!-- trueup:parity -->');
    expect(await repo.read('p.sarif')).toContain('"uri": "environments/one/environment.yaml"');
    expect(schemaErrors('parity', kept)).toEqual([]);
    expect(Object.keys(kept as object)).toEqual([
      'id',
      'timestamp',
      'source_environment',
      'target_environment',
      'overall_status',
      'service_diffs',
      'summary',
      'metadata',
    ]);
  });

  it('compares an environment with itself at a revision, and names what a revision lacks', async () => {
    await using repo = await scratchRepo({ [ONE]: containers('16.1') });
    await repo.write({ [ONE]: containers('17.0'), [TWO]: containers('16.1') });
    await repo.commit();

    const moved = await reportOf(repo, ['one@HEAD~1', 'one']);
    const missing = await repo.trueup(['parity', 'one', 'two@HEAD~1']);
    const unknown = await repo.trueup(['parity', 'one', 'twoo']);
    const revision = await repo.trueup(['parity', 'one', 'two@nowhere']);

    expect(differing(moved)).toEqual([['db', "$['container']['image']", 'postgres:16.1', 'postgres:17.0']]);
    expect(missing).toMatchObject({ status: 64, stderr: containing('declares no environment "two"') });
    expect(missing.stderr).toContain('declared there: one');
    expect(unknown).toMatchObject({ status: 64, stderr: containing('did you mean "two"?') });
    expect(revision).toMatchObject({ status: 64, stderr: containing('"nowhere" is no commit') });
  });

  it('says of environments with nothing in common what either lacks', async () => {
    await using repo = await scratchRepo({ [ONE]: sleeping('web'), [TWO]: containers('16') });

    const { service_diffs: diffs, overall_status: status } = await reportOf(repo, ['one', 'two']);

    expect(status).toBe('major_differences');
    expect(diffs.map((diff) => [diff.service_name, diff.status])).toEqual([
      ['db', 'missing_in_source'],
      ['web', 'missing_in_target'],
    ]);
  });

  it('refuses what is no observation, and wrong usage', async () => {
    await using repo = await scratchRepo({ [ONE]: sleeping('web'), [TWO]: sleeping('web') });
    await repo.trueup(['observe', 'one', '--out', 'whole.json']);
    const whole = await repo.read('whole.json');
    writeFileSync(join(repo.root, 'cut.json'), whole.slice(0, whole.length / 2));
    writeFileSync(join(repo.root, 'new.json'), whole.replace('"format_version": "1.0"', '"format_version": "2.0"'));
    writeFileSync(join(repo.root, 'evil.json'), whole.replace('"environment": "one"', '"environment": "../evil"'));

    const ends: (readonly [number, string])[] = [];
    for (const args of [
      ['cut.json', 'two'],
      ['new.json', 'two'],
      ['evil.json', 'two'],
      ['none.json', 'two'],
      ['one'],
      ['one', 'two', 'one'],
      ['one', 'two', '--keep-going', '--history'],
      ['one', 'two', '--bisect'],
      ['one', 'two', '--history', '--format', 'sarif'],
    ]) {
      const { status, stderr } = await repo.trueup(['parity', ...args]);
      ends.push([status, stderr.split('\n')[0] ?? '']);
    }

    const path = (name: string): string => join(repo.root, name);
    expect(ends).toEqual([
      [1, containing(`${path('cut.json')} is no saved observation: it is not JSON`)],
      [1, containing('it was written by a newer trueup (format 2.0)')],
      [1, containing('evil.json is of what can be no environment')],
      [1, containing('there is no such file')],
      [64, containing('nothing is named that "one" is to be held against')],
      [64, containing('a parity is of two environments, and 3 are named')],
      [64, containing('--keep-going is for comparing, and --history compares nothing')],
      [64, containing('--bisect is for --history')],
      [64, containing('--history is printed as text')],
    ]);
  });

  it('says which has mistakes and where, and compares what they do not touch on demand', async () => {
    const web = '  web: { container: { image: "a:1" } }\n';
    await using repo = await scratchRepo({
      [ONE]: containers('16.1', web),
      [TWO]: containers('16.2', '  web: { container: { imag: "a:1" } }\n'),
    });

    const pair = await repo.trueup(['parity', 'one', 'two']);
    const rest = await repo.trueup(['parity', 'one', 'two', '--keep-going']);
    const json = await repo.trueup(['parity', 'two@HEAD', 'one', '--keep-going', '-o', 'json']);
    const fix = await repo.trueup(['parity', 'one', 'two', '--keep-going', '--fix', '--auto-approve']);
    const runtime = await repo.trueup(['parity', 'one', 'two', '--keep-going', '--mode', 'runtime']);
    const plan = await repo.trueup(['plan', 'two']);

    expect(pair.status).toBe(65);
    expect(pair.stderr).toContain('keep them from being compared (`--keep-going` compares what they do not touch)');
    expect(pair.stderr).toContain(`${TWO}:3:`);
    expect(rest.status).toBe(1);
    expect(rest.stderr).toContain(`two has mistakes:\n${TWO}:3:`);
    expect(rest.stdout).toContain('"postgres:16.1" → "postgres:16.2"');
    expect(rest.stdout).toMatch(
      /Unknown: service\.web of two could not be compared: environments\/two\/environment\.yaml:3:/,
    );
    const report: unknown = JSON.parse(json.stdout);
    expect(schemaErrors('parity', report)).toEqual([]);
    expect(report).toMatchObject({
      overall_status: 'minor_differences',
      service_diffs: [{ service_name: 'db', status: 'different' }],
      metadata: {
        duration_ms: anyNumber(),
        unknown: [{ side: 'source', engine: null, addresses: ['service.web'] }],
      },
    });
    expect(fix).toMatchObject({ status: 64, stderr: containing('nothing is edited while two has mistakes') });
    expect(readFileSync(join(repo.root, ONE), 'utf8')).toBe(containers('16.1', web));
    expect(runtime).toMatchObject({ status: 65, stderr: containing('Nothing of two can be compared') });
    expect(plan.status).toBe(65);
  });

  it('keeps apart what an engine cannot honour, and what another environment has already', async () => {
    const run = 'process: { command: [sleep, "100"] }';
    await using repo = await scratchRepo({
      [ONE]: `services:\n  web: { ${run}, networking: { ports: [8123] } }\n  worker: { ${run} }\n`,
      [TWO]: `services:\n  web: { ${run}, networking: { ports: [8123] } }\n  worker: { process: { command: [sleep, "100"], stop_signal: SIGNONE } }\n  db: { ${run} }\n`,
    });

    const { status, stdout, stderr } = await repo.trueup(['parity', 'one', 'two', '--keep-going', '-o', 'json']);

    expect(status).toBe(1);
    expect(stderr).toContain(`two has mistakes:\n${TWO}:2:`);
    expect(stderr).toContain('host port 8123/tcp is published by service "one/web" too');
    expect(JSON.parse(stdout)).toMatchObject({
      service_diffs: [{ service_name: 'db', status: 'missing_in_source' }],
      metadata: { unknown: [{ addresses: ['service.web'] }, { addresses: ['service.worker'] }] },
    });
  });

  it('in a matrix leaves out what cannot be compared at all', async () => {
    const [three, four] = ['environments/three/environment.yaml', 'environments/four/environment.yaml'];
    await using repo = await scratchRepo({
      [ONE]: containers('16'),
      [TWO]: containers('16', '  web: { container: { imag: "a:1" } }\n'),
      [three]: containers('16'),
      [four]: 'services: [',
    });

    const others = await repo.trueup(['parity', 'one', 'three']);
    const pair = await repo.trueup(['parity', 'one', 'four', '--keep-going']);
    const matrix = await repo.trueup(['parity', '--matrix', 'one', 'two', 'three']);
    const words = ['parity', '--matrix', 'one', 'two', 'three', '-o', 'json', '--keep-going'];
    const partial = await repo.trueup(words);
    const rest = await repo.trueup([...words, 'four']);
    const whole = await repo.trueup(['parity', '--matrix', 'one', 'three', 'four', '--keep-going']);

    expect(others.status).toBe(0);
    expect(pair).toMatchObject({
      status: 65,
      stderr: containing('Nothing of four can be compared: the mistakes are of'),
    });
    expect(matrix.status).toBe(65);
    expect(partial.status).toBe(1);
    expect(rest.status).toBe(1);
    expect(whole.status).toBe(65);
    expect(rest.stderr).toContain('two has mistakes');
    const document = JSON.parse(rest.stdout) as {
      matrix: { source: string; target: string; unknown: boolean }[];
      invalid: string[];
      duration_ms: number;
    };
    expect(schemaErrors('parity-matrix', document)).toEqual([]);
    expect(document.invalid).toEqual(['four']);
    expect(document.duration_ms).toBeGreaterThan(0);
    expect(document.matrix.map(({ source, target, unknown }) => [source, target, unknown])).toEqual([
      ['one', 'two', true],
      ['one', 'three', false],
      ['two', 'three', true],
    ]);
  });

  it('reads commits of a bare repo', async () => {
    await using repo = await scratchRepo({ [ONE]: containers('16'), [TWO]: containers('16') });
    await repo.git('clone', '--quiet', '--bare', '.', '../bare');

    const both = await repo.trueup(['parity', 'one@HEAD', 'two@HEAD', '--chdir', '../bare']);
    const here = await repo.trueup(['parity', 'one@HEAD', 'two', '--chdir', '../bare']);

    expect(both.status).toBe(0);
    expect(here).toMatchObject({ status: 64, stderr: containing('name the revision too: `two@HEAD`') });
  });
});

describe('trueup parity --against', () => {
  it('says what a change made of parity, and only that where nobody can tell what it was', async () => {
    await using repo = await scratchRepo({ [ONE]: containers('15.0'), [TWO]: containers('16.0') });
    await repo.write({ [ONE]: containers('16.0', '  web: { process: { command: [a] } }\n') });

    const { stdout } = await repo.trueup(['parity', 'one', 'two', '--against', 'HEAD']);
    const json = await repo.trueup(['parity', 'one', 'two', '--against', 'HEAD', '-o', 'json', '--no-report']);
    await repo.git('mv', TWO, 'environments/three.yaml');
    await repo.commit();
    await repo.write({ [TWO]: containers('16.0') });
    const untold = await repo.trueup(['parity', 'one', 'two', '--against', 'HEAD']);
    const wrong = await repo.trueup(['parity', 'one@HEAD', 'one@HEAD', '--against', 'HEAD']);

    expect(stdout).toContain('parity was 0 % (major differences): 1 difference is gone since, and 1 is new.');
    const report = parsed(json.stdout);
    expect(schemaErrors('parity', report)).toEqual([]);
    expect(report).toMatchObject({ metadata: { before: { score: 0, gone: 1, added: 1 }, score: 0.5 } });
    expect(untold).toMatchObject({ status: 2, stderr: containing('What parity was at HEAD cannot be told') });
    expect(wrong.status).toBe(64);
  });
});

describe('the settings of a parity', () => {
  const RULES = 'trueup.yaml';

  it('waive a difference, weigh it otherwise, name pairs and a reference', async () => {
    await using repo = await scratchRepo({
      [ONE]: containers('16.1', '  web: { process: { command: [a] } }\n'),
      [TWO]: containers('17.0', '  front: { process: { command: [b] } }\n'),
      [RULES]: [
        'parity:',
        '  reference: two',
        '  pairs: [[two/service.front, one/service.web]]',
        '  waivers:',
        '    - { address: service.db, field_path: $.container.image, reason: upgrading, between: [two, one] }',
        '    - { address: service.gone, reason: was there once }',
        '  rules: [{ id: own-command, types: [service], field_paths: [$.process.command], severity: critical }]',
      ].join('\n'),
    });

    const { status, stdout, stderr } = await repo.trueup(['parity', 'one']);

    expect(status).toBe(2);
    expect(stdout).toContain('~ web is front in two (100 %');
    expect(stdout).toContain('critical process.command: ["a"] → ["b"]');
    expect(stdout).not.toContain('postgres');
    expect(stdout).toContain('1 difference waived');
    expect(stderr).toContain('trueup.yaml:6:7: warning: service.gone is in none of one, two [unknown_reference]');
  });

  it('are refused at the line of what contradicts, is unknown, or is no date', async () => {
    await using repo = await scratchRepo({ [ONE]: containers('16'), [TWO]: containers('16') });
    const rule = (text: string): string => `parity:\n  rules:\n    - ${text}\n`;
    const waiver = (text: string): string => `parity:\n  waivers:\n    - ${text}\n`;

    const told: string[] = [];
    for (const text of [
      rule('{ id: a, field_paths: [$.container.image], when: diffres }'),
      rule('{ id: a, field_paths: [$.container.imag] }'),
      rule('{ id: a, field_paths: [$.labels] }\n    - { id: b, field_paths: [$.labels.team] }'),
      waiver('{ address: service.db, reason: x, until: 2026-02-30 }'),
      waiver('{ address: service.db, reason: x, between: [one, one] }'),
      'parity:\n  pairs: [[one/service.a, one/service.b]]\n',
      'parity:\n  pairs:\n    - [one/service.db, two/service.db]\n    - [two/service.db, one/service.web]\n',
    ]) {
      await repo.write({ [RULES]: text });
      const { status, stderr } = await repo.trueup(['parity', 'one', 'two', '--no-report']);
      expect(status).toBe(65);
      told.push(stderr);
    }

    expect(told[0]).toMatch(/trueup\.yaml:3:\d+: error: when must not be "diffres".*\n.*did you mean|allowed: differs/);
    expect(told[1]).toMatch(/trueup\.yaml:3:\d+: error: no resource has a field "imag" there/);
    expect(told[2]).toMatch(/trueup\.yaml:4:7: error: .*"b"/);
    expect(told[6]).toMatch(
      /trueup\.yaml:4:7: error: two\/service\.db is one\/service\.web here, and one\/service\.db there/,
    );
    expect(told[3]).toMatch(/trueup\.yaml:3:\d+: error: until must be a date/);
    expect(told[4]).toMatch(/trueup\.yaml:3:\d+: error: "one" stands there twice/);
    expect(told[5]).toMatch(/trueup\.yaml:2:\d+: error: both are services of "one"/);
  });
});

describe('the history of a parity', () => {
  it('is the trend of one pair, with the commit that made it better or worse', async () => {
    await using repo = await scratchRepo({ [ONE]: containers('16.0'), [TWO]: containers('16.0') });
    await repo.trueup(['parity', 'one', 'two']);
    await repo.write({ [ONE]: containers('15.0') });
    const worse = await repo.commit('Take an old database');
    await repo.trueup(['parity', 'one', 'two']);
    await repo.write({ [ONE]: containers('15.1') });
    await repo.commit('Patch it');
    await repo.write({ [ONE]: containers('16.0') });
    const better = await repo.commit('Take the new one again');
    await repo.trueup(['parity', 'one', 'two']);
    await repo.trueup(['parity', 'two', 'one']);
    writeFileSync(join(repo.root, 'reports/one/parity/20260101T000000000Z-broken.json'), '{"id":');

    const text = await repo.trueup(['parity', 'one', 'two', '--history']);
    const json = await repo.trueup(['parity', 'one', 'two', '--history', '-o', 'json', '--limit', '2']);
    const none = await repo.trueup(['parity', 'one', 'two', '--history', '--mode', 'runtime']);

    expect(text.status).toBe(0);
    expect(text.stdout).toContain('one and two (semantic): 100 % in the last of 3 reports  █▁█');
    expect(text.stdout).toMatch(new RegExp(`worse +${worse.slice(0, 7)} Take an old database`));
    expect(text.stdout).toContain(`better  ${better.slice(0, 7)} Take the new one again\n`);
    expect(text.stderr).toContain('is no report of a parity, and is left out');
    const document: unknown = JSON.parse(json.stdout);
    expect(schemaErrors('parity-history', document)).toEqual([]);
    expect(document).toMatchObject({
      history: [
        { trend: 'worse', moved: [{ side: 'both', commit: worse, commits: 1 }] },
        { trend: 'better', moved: [{ side: 'both', commit: better, commits: 1 }] },
      ],
    });
    expect(none.stdout).toContain('no report of this mode is kept');
    expect(readFileSync(join(repo.root, 'reports/one/parity/latest.json'), 'utf8')).toContain('"labels"');
  });
});
