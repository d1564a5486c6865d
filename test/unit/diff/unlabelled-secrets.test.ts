import { describe, expect, it } from 'vitest';
import { type SealInput, withUnlabelledSealed } from '../../../src/diff/unlabelled-secrets.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject, type Recorded } from '../../../src/model/observed.ts';
import { desired, environment } from '../../support/builders.ts';
import { observed, recordedOf } from '../../support/planning.ts';
import { SEALER } from '../../support/sealer.ts';

const SECRET = SEALER.seal('s3cretlong');

function web(variables: JsonObject = {}): DesiredResource {
  return desired('web', { name: 'shop-web', adopted: true, config: { environment_variables: variables } });
}

function seen(resource: DesiredResource, overrides: Partial<ObservedObject>): ReadonlyMap<string, Observation> {
  const object = observed(resource, { ownership: null, ...overrides });
  return new Map([['process', { status: 'known', engine: 'process', facts: null, objects: [object] }]]);
}

function sealed(
  resource: DesiredResource,
  overrides: Partial<ObservedObject>,
  input: Partial<SealInput> = {},
): ObservedObject | undefined {
  const all = { environment: environment([resource]), recorded: NOTHING_RECORDED, sealer: SEALER, ...input };
  const found = withUnlabelledSealed(seen(resource, overrides), all).get('process');
  return found?.status === 'known' ? found.objects[0] : undefined;
}

function variables(
  found: JsonObject,
  { declared = {}, applied, defaults }: { declared?: JsonObject; applied?: JsonObject; defaults?: JsonObject } = {},
): unknown {
  const resource = web(declared);
  const recorded = applied === undefined ? NOTHING_RECORDED : recordedOf([web(applied)]);
  const given = defaults === undefined ? {} : { defaults: { environment_variables: defaults } };
  const object = sealed(resource, { configured: { environment_variables: found }, ...given }, { recorded });
  return object?.configured['environment_variables'];
}

describe('what no label speaks of', () => {
  it('is sealed where a secret is declared, whatever stands there', () => {
    expect(variables({ NOTE: 'other' }, { declared: { NOTE: SECRET } })).toEqual({ NOTE: SEALER.seal('other') });
  });

  it('stays sealed where a secret was applied, and is declared no more', () => {
    expect(variables({ NOTE: 's3cretlong' }, { applied: { NOTE: SECRET } })).toEqual({ NOTE: SECRET });
  });

  it('stays sealed under another key, and while it is set aside', () => {
    const { resources } = recordedOf([{ ...web({ NOTE: SECRET }), address: 'service.former' }]);
    const recorded: Recorded = { ...NOTHING_RECORDED, resources };
    const configured = { environment_variables: { NOTE: 's3cretlong' } };

    for (const name of ['shop-web', 'shop-web.aside-01hzabc']) {
      expect(sealed(web(), { name, configured }, { recorded })?.configured).toEqual({
        environment_variables: { NOTE: SECRET },
      });
    }
  });

  it('is sealed where it looks like a secret that nobody declares', () => {
    expect(variables({ DB_PASSWORD: 's3cretlong', URL: 'http://a:b3e@db/', MODE: 'x' })).toEqual({
      DB_PASSWORD: SECRET,
      URL: SEALER.seal('http://a:b3e@db/'),
      MODE: 'x',
    });
  });

  it('stays open where it stands in a manifest as it is, was applied as it is, or is everybody’s', () => {
    const open = { API_KEY: 'for-everybody' };

    expect(variables(open, { declared: open })).toEqual(open);
    expect(variables(open, { applied: open })).toEqual(open);
    expect(variables(open, { defaults: open })).toEqual(open);
    expect(variables(open, { declared: { API_KEY: 'another' } })).toEqual({ API_KEY: SEALER.seal('for-everybody') });
  });

  it('is declared openly now, and was a secret before', () => {
    const applied = { NOTE: SECRET };

    expect(variables({ NOTE: 's3cretlong' }, { declared: { NOTE: 's3cretlong' }, applied })).toEqual({
      NOTE: 's3cretlong',
    });
    expect(variables({ NOTE: 's3cretlong' }, { declared: { NOTE: 'other' }, applied })).toEqual({ NOTE: SECRET });
  });

  it('is sealed in every place, also where the running thing still differs', () => {
    const found = {
      environment_variables: { TOKEN: 's3cretlong' },
      container: { command: ['serve', '--token', 's3cretlong', 'postgres://a:b3e@db/'] },
      labels: { note: 'password=s3cretlong' },
      logging: { options: { 'splunk-token': 's3cretlong', tag: 'web' } },
    };

    const object = sealed(web(), { configured: found, effective: found });

    const closed = {
      environment_variables: { TOKEN: SECRET },
      container: { command: ['serve', '--token', SECRET, SEALER.seal('postgres://a:b3e@db/')] },
      labels: { note: SEALER.seal('password=s3cretlong') },
      logging: { options: { 'splunk-token': SECRET, tag: 'web' } },
    };
    expect(object?.configured).toEqual(closed);
    expect(object?.effective).toEqual(closed);
  });

  it.each([
    [['sh', '-c', 'redis-server --requirepass s3cretlong'], [2]],
    [['mysqladmin', 'ping', '-uroot', '-phunter22'], [3]],
    [['CMD-SHELL', 'redis-cli -a hunter22 ping'], [1]],
    [['CMD', 'redis-cli', '-a', 'hunter22', 'ping'], [3]],
    [['curl', '-u', 'admin:hunter22', 'http://web/'], [2]],
    [['mysql', '--password=hun&ter22', '--host', 'db'], [1]],
    [['sh', '-c', 'exec web --port 80'], []],
  ])('is sealed in the words %j', (words, secrets) => {
    const object = sealed(web(), { configured: { health_check: { test: words } } });

    const test = words.map((word, index) => (secrets.includes(index) ? SEALER.seal(word) : word));
    expect(object?.configured).toEqual({ health_check: { test } });
  });

  it('is sealed wherever a part of it is what is sealed elsewhere', () => {
    const configured = {
      container: { image: 'acme/web:1', command: ['sh', '-c', 'check me s3cretlong; serve --port 80', 'hunter2222x'] },
      environment_variables: { DB_PASSWORD: 's3cretlong', DATABASE: 'db/s3cretlong', WORD: 's3cretlonger' },
      health_check: { test: ['CMD-SHELL', 'x --requirepass hunter2222x; true'] },
      labels: { note: 'acme/web has s3cretlong' },
    };

    expect(sealed(web(), { configured })?.configured).toEqual({
      container: {
        image: 'acme/web:1',
        command: ['sh', '-c', SEALER.seal('check me s3cretlong; serve --port 80'), SEALER.seal('hunter2222x')],
      },
      environment_variables: { DB_PASSWORD: SECRET, DATABASE: SEALER.seal('db/s3cretlong'), WORD: 's3cretlonger' },
      health_check: { test: ['CMD-SHELL', SEALER.seal('x --requirepass hunter2222x; true')] },
      labels: { note: SEALER.seal('acme/web has s3cretlong') },
    });
  });

  it('stays open in what a manifest says, and in what is called like the object', () => {
    const command = ['say', 's3cretlong', 'shop-web'];
    const configured = {
      container: { command },
      environment_variables: { A_TOKEN: 's3cretlong', NAME_TOKEN: 'shop-web' },
    };
    const resource = { ...web(), config: { container: { command: ['say', 's3cretlong'] } } };

    expect(sealed(resource, { configured })?.configured).toEqual({
      container: { command },
      environment_variables: { A_TOKEN: SECRET, NAME_TOKEN: SEALER.seal('shop-web') },
    });
  });

  it('is no business of a label of ours, nor of an engine that does not answer', () => {
    const resource = web();
    const configured = { environment_variables: { TOKEN: 'as the label says' } };
    const { ownership } = observed(resource);

    expect(sealed(resource, { ownership, configured })?.configured).toEqual(configured);
    const silent = new Map<string, Observation>([
      ['process', { status: 'unreachable', engine: 'process', error: 'no', provided_by: null }],
    ]);
    const input = { environment: environment([resource]), recorded: NOTHING_RECORDED, sealer: SEALER };
    expect(withUnlabelledSealed(silent, input)).toEqual(silent);
  });

  it('may be named like what objects have of themselves', () => {
    const configured = { environment_variables: JSON.parse('{"__proto__": "x", "constructor": "y"}') as JsonObject };

    expect(JSON.stringify(sealed(web(), { configured })?.configured)).toBe(JSON.stringify(configured));
  });
});
