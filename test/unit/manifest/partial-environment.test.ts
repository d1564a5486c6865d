import { describe, expect, it } from 'vitest';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import type { PartialEnvironment } from '../../../src/model/partial-environment.ts';
import { containing, anyText, matching } from '../../support/matching.ts';
import { type Files, load } from './support.ts';

/** What is sound, and what is not with the reason; `null` where nothing can be compared. */
async function partialIn(files: Files, name = 'local'): Promise<Readonly<Record<string, unknown>> | null> {
  const { partial } = await load(files);
  const found = partial.find((candidate) => candidate.name === name);
  if (found === undefined) return null;
  const unsound = found.unsound.map(({ address, reason }) => [address, reason.replace('environments/', '')] as const);
  const sound = [...found.sound.keys()].filter((address) => !address.startsWith('image.'));
  return { sound: sound.join(' '), ...Object.fromEntries(unsound) };
}

function partialText(text: string): Promise<Readonly<Record<string, unknown>> | null> {
  return partialIn({ 'environments/local/main.yaml': text });
}

const WEB = 'container: { image: "web:1" }';

/** What each entry is without mistakes. */
const ENTRIES = {
  db: 'container: { image: "db:${tag}" }, health_check: { test: [CMD, ask] }, storage: { volumes: ["data:/d"] }',
  init: 'container: { image: "init:1" }, run: once',
  web: `${WEB}, dependencies: { db: { condition: service_healthy }, init: {} }, networking: { networks: [front] }`,
  data: 'protect: true',
  front: 'internal: true',
} as const;

function manifest({ db, init, web, data, front }: Readonly<Record<keyof typeof ENTRIES, string>>): string {
  return `
variables: { tag: "1" }
environment_variables: { TZ: UTC }
services:
  db: { ${db} }
  init: { ${init} }
  web: { ${web} }
volumes: { data: { ${data} } }
networks: { front: { ${front} } }
`;
}

const SOUND = 'process: { command: [run] }';

describe('an environment of which a part has mistakes', () => {
  it('is left without the service that does not fit the schema', async () => {
    const text = `services:\n  a: { ${SOUND} }\n  b: { ${SOUND}, labels: 3, rool: x }\nvolumes: { data: {} }`;

    expect(await partialText(text)).toEqual({
      sound: 'service.a volume.data',
      'service.b': matching(/^local\/main\.yaml:3:\d+: /),
    });
  });

  it('keeps what refers to it: a name is a name', async () => {
    const text = `services:\n  a: { ${SOUND}, dependencies: [b], storage: { volumes: [data] } }\n  b: { ${SOUND}, labels: 3 }
volumes: { data: { protect: maybe } }`;

    expect(await partialText(text)).toMatchObject({
      sound: 'service.a',
      'service.b': anyText(),
      'volume.data': anyText(),
    });
  });

  it('leaves out each service that uses a variable with a mistake, and no other', async () => {
    const text = `variables: { good: "1", bad: "\${NOT_SET_ANYWHERE}" }
services:
  a: { process: { command: [run, "\${good}"] } }
  b: { process: { command: [run, "\${bad}"] } }`;

    expect(await partialText(text)).toEqual({
      sound: 'service.a',
      'service.b': 'a variable that it uses has a mistake',
    });
  });

  it('does not say of a service that it runs on, where it is not known whether somebody waits for its end', async () => {
    const text = `services:
  a: { ${SOUND} }
  b: { ${SOUND} }
  c: { ${SOUND}, run: once }
  web: { ${SOUND}, dependencies: { a: { condition: service_healthie }, b: {}, c: { condition: service_endet } } }`;

    expect(await partialText(text)).toMatchObject({
      sound: 'service.b service.c',
      'service.a': 'whether service.web waits for its end is not known',
      'service.web': anyText(),
    });
  });

  it('does not say that there is a network which only a service with mistakes may join', async () => {
    const web = 'web: { container: { image: "a:1" }, networking: { networks: 7 } }';
    const other = 'db: { container: { image: "a:1" }, networking: { networks: [back] } }';

    expect(await partialText(`services: { ${web}, ${other} }\nnetworks: { back: {} }`)).toMatchObject({
      sound: 'network.back service.db',
      'network.default': 'whether service.web joins it is not known',
    });
  });

  it('finds the entry that one file says twice over, and the one that two files declare', async () => {
    const files = {
      'environments/local/a.yaml': `services:\n  a:\n    ${SOUND}\n    role: backend\n    role: backend\n  b: { ${SOUND} }`,
      'environments/local/b.yaml': `services:\n  c: { ${SOUND} }\n  d: { ${SOUND} }`,
      'environments/local/c.yaml': `services:\n  d: { ${SOUND} }`,
    };

    expect(await partialIn(files)).toMatchObject({
      sound: 'service.b service.c',
      'service.a': matching(/^local\/a\.yaml:5:/),
      'service.d': matching(/^local\/c\.yaml:2:/),
    });
  });

  it('leaves out what another environment has already', async () => {
    const service = 'container: { image: "a:1" }, networking: { ports: ["8080:80"] }';
    const files = {
      'environments/a/main.yaml': `services: { web: { ${service} } }`,
      'environments/b/main.yaml': `services: { web: { ${service} }, db: { container: { image: "a:1" } } }`,
    };

    expect(await partialIn(files, 'b')).toMatchObject({
      sound: 'network.default service.db',
      'service.web': containing('host port 8080/tcp is published by service "a/web" too'),
    });
    expect(await partialIn(files, 'a')).toBeNull();
  });

  it.each([
    ['is no YAML', 'services: ['],
    ['has a key that there is not', `servces: {}\nservices: { a: { ${SOUND} } }`],
    ['has another name than its folder', `name: other\nservices: { a: { ${SOUND} } }`],
    ['has services that are no map', 'services: [a]'],
    ['extends what there is not', `extends: ../nothing\nservices: { a: { ${SOUND} } }`],
    [
      'says wrongly what all services have',
      `environment_variables: { A: "\${NOT_SET_ANYWHERE}" }\nservices: { a: { ${SOUND} } }`,
    ],
    ['has an engine with a mistake', `engines: { far: { driver: dokcer } }\nservices: { a: { ${SOUND} } }`],
    ['has a policy with a mistake', `policies: { drift: maybe }\nservices: { a: { ${SOUND} } }`],
  ])('is not there where the environment itself %s', async (_what, text) => {
    expect(await partialText(text)).toBeNull();
  });

  it.each([
    ['web', `${WEB}, labels: 3`],
    ['web', 'container: { imag: "web:1" }'],
    ['web', `${WEB}, networking: { networks: { front: { alias: [x] } } }`],
    ['web', `${WEB}, dependencies: { db: { condition: service_healthie } }`],
    ['web', `${WEB}, storage: { volumes: ["data"] }`],
    ['web', `${WEB}, dependencies: [nobody]`],
    ['web', `${WEB}, environment_variables: { A: "\${NOT_SET_ANYWHERE}" }`],
    ['web', `${WEB}, environment_variables: { A: "\${tag" }`],
    ['data', 'deletion_policy: maybe'],
    ['front', 'ipam: { config: [{ subnet: nonsense }] }'],
  ])('says of what the mistake in %s { %s } does not touch what it says without it', async (entry, fields) => {
    const [whole] = (await load({ 'environments/local/main.yaml': manifest(ENTRIES) })).environments;
    const mistaken = { 'environments/local/main.yaml': manifest({ ...ENTRIES, [entry]: fields }) };
    const [partial] = (await load(mistaken)).partial;
    if (whole === undefined || partial === undefined) throw new Error('one has no mistakes, and the other has');
    const unsound = partial.unsound.map(({ address }) => address);

    expect(unsound.some((address) => address.endsWith(`.${entry}`))).toBe(true);
    const rest = [...whole.resources].filter(([address]) => !unsound.includes(address));
    const isCompared = ([address]: readonly [string, unknown]): boolean => !address.startsWith('image.');
    expect([...partial.sound].filter(isCompared)).toEqual(rest.filter(isCompared));
  });

  it('can be taken for no desired environment', async () => {
    const plan = (environment: DesiredEnvironment): string => environment.name;
    const { partial } = await load({ 'environments/local/main.yaml': `services: { a: { ${SOUND} }, b: {} }` });
    const [found] = partial;
    if (found === undefined) throw new Error('one service is sound');
    const partialOnly: PartialEnvironment = found;

    // @ts-expect-error: it has no resources and no policies.
    expect(plan(partialOnly)).toBe('local');
    expect(partialOnly).not.toHaveProperty('resources');
  });
});
