import { describe, expect, it } from 'vitest';
import type { Blame, ExplainedField, Explanation, NextOutcome } from '../../../src/model/explanation.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { explainDocument } from '../../../src/report/explain-document.ts';
import { nextSentence } from '../../../src/report/explain-sentence.ts';
import { renderExplanation } from '../../../src/report/explain-text.ts';
import { COMMIT, PLAIN, source } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const OLDER = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c';

const ANN: Blame = commit({});

function commit(overrides: Partial<Extract<Blame, { kind: 'commit' }>>): Extract<Blame, { kind: 'commit' }> {
  const date = '2026-01-31T12:00:00.000Z';
  return { kind: 'commit', commit: COMMIT, author: 'Ann', date, summary: 'newer', at_or_before: false, ...overrides };
}

function field(names: readonly string[], overrides: Partial<ExplainedField> = {}): ExplainedField {
  return {
    field_path: fieldPath(...names),
    desired: 'new',
    origin: 'manifest',
    recorded: 'old',
    live: 'old',
    compared: true,
    difference: { cause: 'git', severity: 'warning', effect: 'replace' },
    ignored: false,
    declaration: {
      source: source(9, 7),
      blame: ANN,
      inherited_from: null,
      overrides: null,
      content: null,
      variables: [],
    },
    last_change: ANN,
    ...overrides,
  };
}

const REPLACE: NextOutcome = {
  outcome: 'change',
  action: 'replace',
  reason: 'replace_because_cannot_update',
  cause: 'git',
  after_unknown: false,
  because_of: null,
};

function explanation(overrides: Partial<Explanation> = {}): Explanation {
  const differing = overrides.differing ?? [];
  return {
    environment: 'local',
    revision: { commit: COMMIT, dirty: false },
    address: 'service.web',
    type: 'service',
    name: 'shop-web-1',
    engine: 'docker',
    external: false,
    declared: true,
    declaration: { source: source(3, 3), blame: ANN },
    live: { status: 'there', name: 'shop-web-1', run_state: 'running', health: 'healthy', reason: null },
    beside: [],
    recorded: { revision: OLDER, unfinished: false },
    next: { outcome: 'nothing' },
    passes: null,
    waits: [],
    last_failure: null,
    fields: differing,
    differing,
    hidden: 0,
    complete: true,
    ...overrides,
  };
}

const OF_WORLD = { cause: 'world', severity: 'warning', effect: 'in_place' } as const;
const IMAGE = field(['container', 'image']);

describe('nextSentence', () => {
  it('names the commit, its author, and what the change takes', () => {
    expect(nextSentence(explanation({ next: REPLACE, differing: [IMAGE] }))).toBe(
      'service.web will be replaced: git changed container.image in 1a2b3c4 by Ann, and that cannot be changed in place',
    );
  });

  it('names what cannot be changed in place, where something else differs too', () => {
    const other = field(['labels', 'a'], { difference: { ...OF_WORLD, cause: 'git' } });

    expect(nextSentence(explanation({ next: REPLACE, differing: [other, IMAGE] }))).toBe(
      'service.web will be replaced: git changed container.image and labels.a in 1a2b3c4 by Ann, and container.image ' +
        'cannot be changed in place',
    );
  });

  it('tells commits, edits, what is no longer declared and the world apart, what takes the most first', () => {
    const edit: Blame = { kind: 'not_committed' };
    const differing = [
      field(['user'], { difference: OF_WORLD }),
      field(['labels', 'a'], { last_change: edit, difference: { ...OF_WORLD, cause: 'git' } }),
      field(['labels', 'b'], { origin: 'none', declaration: null, difference: { ...OF_WORLD, cause: 'git' } }),
      IMAGE,
    ];

    expect(nextSentence(explanation({ next: { ...REPLACE, action: 'update', reason: 'differs' }, differing }))).toBe(
      'service.web will be updated in place: git changed container.image in 1a2b3c4 by Ann, and an edit that is not ' +
        'committed yet changed labels.a, and 1 more field in other commits, and user was changed outside of git',
    );
  });

  it('names who changed last what the value is made of, whoever wrote the line itself', () => {
    const blame = commit({ commit: OLDER, author: 'Bob', date: '2026-01-01T00:00:00.000Z', at_or_before: true });

    expect(nextSentence(explanation({ next: REPLACE, differing: [{ ...IMAGE, last_change: blame }] }))).toContain(
      'git changed container.image in or before 0f1e2d3 by Bob',
    );
  });

  it('names the commit of a mounted file for its content, whoever mounted it', () => {
    const own = IMAGE.declaration;
    const blame = commit({ commit: OLDER, author: 'Bob' });
    const declaration = own === null ? null : { ...own, content: { file: 'conf/app.conf', blame } };
    const content = field(['storage', 'volumes', '/app.conf', 'content'], { declaration, last_change: blame });
    const told = explanation({ next: { ...REPLACE, action: 'restart', reason: 'differs' }, differing: [content] });

    expect(nextSentence(told)).toBe(
      'service.web will be restarted: git changed storage.volumes["/app.conf"].content in 0f1e2d3 by Bob',
    );
    expect(renderExplanation(told, PLAIN)).toContain('of conf/app.conf, 0f1e2d3 by Bob, 2026-01-31: newer');
  });

  it('names what else carries its labels', () => {
    expect(renderExplanation(explanation({ beside: ['copyx'] }), PLAIN)).toContain(
      'beside    copyx carries its labels too, and is in no manifest',
    );
  });

  it('says what passes leave alone by the drift policy', () => {
    const next: NextOutcome = { ...REPLACE, action: 'update', reason: 'differs', cause: 'world' };
    const differing = [field(['user'], { difference: OF_WORLD })];

    expect(nextSentence(explanation({ next, differing, passes: 'drift_reported' }))).toBe(
      'service.web will be updated in place: user was changed outside of git; `watch` and `serve` leave it alone, ' +
        'because its drift policy is report',
    );
  });

  it('says of what does not run who stopped it, and of what a run left half-way that it did', () => {
    const next: NextOutcome = { ...REPLACE, action: 'update', reason: 'not_running' };
    const state = {
      desired: 'running',
      live: 'failed',
      recorded: 'running',
      origin: 'default',
      declaration: null,
    } as const;
    const live = {
      status: 'there',
      name: 'x',
      run_state: 'failed',
      health: null,
      reason: 'exited with status 1',
    } as const;
    const sentence = (cause: 'git' | 'world'): string =>
      nextSentence(
        explanation({
          next,
          live,
          differing: [field(['run_state'], { ...state, difference: { ...OF_WORLD, cause } })],
        }),
      );

    expect(sentence('world')).toBe(
      'service.web will be started: it is not running (exited with status 1), stopped outside of git',
    );
    expect(sentence('git')).toBe(
      'service.web will be started: it is not running (exited with status 1), and a run that began to change it did not end',
    );
  });

  it('has words for every outcome', () => {
    const outcomes: readonly (readonly [Partial<Explanation>, string])[] = [
      [{}, 'nothing to do: service.web is as declared'],
      [{ declared: false }, 'nothing to do: service.web is not declared, and not there'],
      [{ external: true }, 'nothing to do: service.web is external, and is there'],
      [
        {
          next: {
            outcome: 'withheld',
            reason: 'frozen',
            summary: 'service.web differs, and is frozen (why): it stays as it is',
          },
        },
        'service.web is left as it is: it differs, and is frozen (why): it stays as it is',
      ],
      [{ next: { outcome: 'conflict', summary: 'taken' } }, 'nothing is done about service.web: taken'],
      [{ next: { outcome: 'unknown', reason: 'down' } }, 'nothing is planned for service.web: down'],
      [{ next: { outcome: 'refused', summary: 'no' } }, 'service.web stands in the way of the whole plan: no'],
      [
        { next: { ...REPLACE, action: 'restart', reason: 'restart_with_dependency', because_of: 'service.db' } },
        'service.web will be restarted: it restarts with service.db',
      ],
      [
        { next: { ...REPLACE, action: 'delete', reason: 'delete_because_no_resource_config' }, declared: false },
        'service.web will be removed: no manifest declares it any more',
      ],
      [
        { next: { ...REPLACE, action: 'create', reason: 'missing', cause: 'world' } },
        'service.web will be created: it is gone, removed outside of git',
      ],
    ];

    for (const [given, sentence] of outcomes) expect(nextSentence(explanation(given))).toBe(sentence);
  });
});

const RICH = explanation({
  next: REPLACE,
  differing: [IMAGE],
  fields: [
    IMAGE,
    field(['environment_variables', 'TOKEN'], {
      desired: { $secret: 'hash-1' },
      recorded: 'plain before',
      live: { $secret: 'hash-2' },
      difference: { cause: 'world', severity: 'warning', effect: 'replace' },
      declaration: {
        source: source(2, 3, 'environments/base/all.yaml'),
        blame: { kind: 'not_tracked' },
        inherited_from: 'environments/base',
        overrides: source(1, 1, 'environments/root/all.yaml'),
        content: null,
        variables: [
          { name: 'T', origin: 'manifest', source: source(4, 3), blame: { kind: 'not_committed' } },
          { name: 'U', origin: 'env_file', source: null, blame: null },
        ],
      },
    }),
    field(['user'], {
      desired: 'me',
      recorded: 'me',
      live: 'me',
      origin: 'image',
      difference: null,
      declaration: null,
    }),
    field(['protect'], {
      desired: false,
      recorded: false,
      live: null,
      origin: 'default',
      compared: false,
      difference: null,
      declaration: null,
    }),
    field(['labels', 'x'], { desired: 'a', recorded: 'a', live: 'b', difference: null, ignored: true }),
  ],
  hidden: 3,
  waits: [
    { on: 'dependency', address: 'service.db', condition: 'service_healthy', reason: 'it is unhealthy: exit 1' },
    { on: 'engine', engine: 'docker', reason: 'refused' },
    { on: 'freeze', reason: 'until noon' },
  ],
  last_failure: {
    run: '01',
    command: 'trueup apply',
    at: '2026-01-31T12:00:00.000Z',
    step: 'service.web:start',
    status: 'skipped',
    skipped_because: 'service.db:service_healthy',
    message: 'two\nlines',
    next: 'look',
  },
});

describe('renderExplanation', () => {
  it('tells the sentence, what is in its way, and each field as everybody has it', () => {
    const text = renderExplanation(RICH, PLAIN).replaceAll(/\d\d:\d\d, 01/g, 'HH:MM, 01');

    expect(text).toBe(
      [
        'service.web of local at 1a2b3c4',
        '',
        '  service.web will be replaced: git changed container.image in 1a2b3c4 by Ann, and that cannot be changed in place',
        '',
        '  declared  environments/local/web.yaml:3:3, 1a2b3c4 by Ann, 2026-01-31: newer',
        '  recorded  applied from 0f1e2d3',
        '  live      shop-web-1 on engine docker: running, healthy',
        '',
        '  In its way:',
        '  - service.db, which it needs as service_healthy: it is unhealthy: exit 1',
        '  - engine docker: refused',
        '  - frozen until noon',
        '  Last run (trueup apply, 2026-01-31 HH:MM, 01): service.web:start was skipped, because service.db:service_healthy did',
        '    not get done',
        '    two',
        '    lines',
        '    look',
        '',
        '  container.image',
        '      desired   "new" environments/local/web.yaml:9:7, 1a2b3c4 by Ann, 2026-01-31: newer',
        '      recorded  "old"',
        '      live      "old"',
        '  environment_variables.TOKEN [changed outside of git]',
        '      desired   (secret, changed) environments/base/all.yaml:2:3, not tracked by git (inherited from environments/base)',
        '                (overrides environments/root/all.yaml:1:1)',
        '      recorded  (secret)',
        '      live      (secret, changed)',
        '                ${T} set in environments/local/web.yaml:4:3, not committed yet',
        '                ${U} set in a file of variables',
        '  user',
        `      desired   "me" the image's own`,
        '                recorded and live are the same',
        '  protect',
        '      desired   false the default',
        '      recorded  the same',
        '      live      not compared: its engine does not hold it',
        '  labels.x [ignored by a rule]',
        '      desired   "a" environments/local/web.yaml:9:7, 1a2b3c4 by Ann, 2026-01-31: newer',
        '      recorded  the same',
        '      live      "b"',
        '',
        '3 more fields: --all shows them.',
      ].join('\n'),
    );
  });

  it('says what is not known of an engine that is down, and that nothing is recorded', () => {
    const live = { status: 'unknown', name: null, run_state: null, health: null, reason: null } as const;
    const fields = [
      field(['user'], { recorded: null, live: null, difference: null, origin: 'default', declaration: null }),
    ];

    expect(renderExplanation(explanation({ live, recorded: null, fields, declaration: null }), PLAIN)).toContain(
      [
        '  declared  nowhere by itself',
        '  recorded  nothing: trueup has not applied it, or has forgotten',
        '  live      unknown: engine docker did not answer',
        '',
        '  user',
        '      desired   "new" the default',
        '      recorded  nothing is recorded',
        '      live      unknown',
      ].join('\n'),
    );
  });

  it('lets nobody who wrote a commit, a name or a value move the cursor', () => {
    const hostile = 'x\u001b[2J\u202e\n\u0007';
    const blame = commit({ author: hostile, summary: hostile });
    const text = renderExplanation(
      explanation({
        next: { ...REPLACE, reason: 'differs' },
        declaration: { source: source(1, 1, `${hostile}.yaml`), blame },
        differing: [
          field([hostile], {
            desired: hostile,
            live: hostile,
            declaration: {
              source: source(),
              blame,
              inherited_from: hostile,
              overrides: null,
              content: { file: hostile, blame },
              variables: [{ name: hostile, origin: 'not_set', source: null, blame: null }],
            },
            last_change: blame,
          }),
        ],
        waits: [{ on: 'plan', reason: hostile }],
      }),
      PLAIN,
    );

    expect(text).not.toMatch(/[\u001b\u202e\u0007]/);
  });
});

describe('explainDocument', () => {
  it('fits its schema, and holds no secret', () => {
    const others: readonly Explanation[] = [
      explanation({ revision: { commit: null, dirty: true }, recorded: null, declaration: null, declared: false }),
      explanation({ next: { outcome: 'withheld', reason: 'frozen', summary: 'it is frozen' } }),
      explanation({ next: { outcome: 'unknown', reason: 'down' }, complete: false }),
      explanation({ declaration: { source: source(), blame: { kind: 'unknown', reason: 'why' } } }),
    ];

    for (const one of [RICH, ...others]) expect(schemaErrors('explain', explainDocument(one))).toEqual([]);
    expect(JSON.stringify(explainDocument(RICH))).not.toMatch(/hash-|plain before/);
  });

  it('marks what became of a secret on every side', () => {
    const { fields } = explainDocument(RICH) as { fields: readonly unknown[] };

    expect(fields[1]).toMatchObject({
      desired: { $secret: 'changed' },
      recorded: { $secret: 'unknown' },
      live: { $secret: 'changed' },
    });
  });
});
