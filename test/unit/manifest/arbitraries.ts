/** Environments as people could have written them: valid, in short and long forms, with awkward texts in them. */
import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/model/json.ts';

/** Texts with what YAML, interpolation and JSON treat specially; a dollar is written twice, as manifests must. */
const TEXT: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(
      'plain',
      'yes',
      '0x10',
      '1.10',
      '~',
      '# no comment',
      "it's",
      '"',
      'a: b',
      '- x',
      '$$HOME',
      '$${x}',
      'é ü',
      '{',
      ' ',
      '*a',
    ),
    fc.string({ minLength: 1, maxLength: 12 }).map((text) => text.replaceAll('$', '$$$$')),
  )
  .filter((text) => !text.includes('\0'));

const DURATION = fc.constantFrom<Json>('5s', '90s', '1m30s', 1500, '0.5m', '500ms');
const SIZE = fc.constantFrom<Json>('256MiB', '512m', 1048576, '1.5GiB');
const CPUS = fc.constantFrom<Json>(0.5, '0.5', 2, '1.25');
const RESTART = fc.constantFrom('no', 'on-failure', 'on-failure:3', 'on-failure:0');
const SIGNAL = fc.constantFrom('SIGTERM', 'SIGINT', 'SIGQUIT');

function optional(shape: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> {
  return fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

function required(shape: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> {
  return fc.record(shape);
}

function texts(names: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  const map = fc.dictionary(names, fc.oneof<fc.Arbitrary<Json>[]>(TEXT, fc.integer(), fc.boolean()), { maxKeys: 3 });
  const list = fc
    .uniqueArray(fc.tuple(names, TEXT), { maxLength: 3, selector: ([name]) => name })
    .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`));
  return fc.oneof<fc.Arbitrary<Json>[]>(map, list);
}

const VARIABLES = texts(fc.constantFrom('A', 'B_2', 'spring.profile', 'NODE_ENV'));
const LABELS = texts(fc.constantFrom('team', 'com.acme/x', '8080', 'a b', 'constructor'));

const COMMAND = fc.oneof<fc.Arbitrary<Json>[]>(
  fc.array(TEXT, { maxLength: 3 }).map((words) => ['run', ...words]),
  fc.constantFrom('run --flag "two words"', "run 'a b' c"),
);

const HEALTH_CHECK: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.oneof<fc.Arbitrary<JsonObject>[]>(
      required({ test: fc.constantFrom<Json>('curl x', ['CMD', 'true'], ['CMD-SHELL', 'a | b']) }),
      required({
        endpoints: fc
          .uniqueArray(
            fc.record(
              {
                url: fc.constantFrom('http://localhost/a', 'https://localhost:1/b?c=d'),
                method: fc.constantFrom('GET', 'HEAD', 'POST'),
                timeout_ms: fc.integer({ min: 1, max: 9000 }),
              },
              { requiredKeys: ['url'] },
            ),
            { minLength: 1, maxLength: 2, selector: ({ url }) => url },
          )
          .map((endpoints): Json => endpoints),
        expected_response: optional({
          status_code: fc.constantFrom(200, 204),
          body_pattern: fc.constantFrom('^ok$', 'a.c', '\\$\\d+'),
          json_path: fc.constantFrom("$.status == 'ok'", '$', "$['a b'][0].c >= 3"),
        }).filter((expected) => Object.keys(expected).length > 0),
      }),
    ),
    optional({
      timeout: fc.constantFrom('1s', 400),
      retries: fc.integer({ min: 1, max: 9 }),
      start_period: DURATION,
      start_interval: DURATION,
      interval: fc.constantFrom('5s', '90s', '1m30s', 1500),
    }),
  )
  .map(([subject, timings]) => ({ ...subject, ...timings }));

const PROCESS: fc.Arbitrary<JsonObject> = fc
  .tuple(
    required({ command: COMMAND }),
    optional({
      cwd: fc.constantFrom('.', '../../app', '/srv'),
      restart: RESTART,
      stop_signal: SIGNAL,
      stop_grace_period: DURATION,
    }),
  )
  .map(([command, rest]) => ({ ...command, ...rest }));

const CONTAINER: fc.Arbitrary<JsonObject> = fc
  .tuple(
    required({ image: fc.constantFrom('a:1', 'localhost:5000/x/y:2', 'b@sha256:00') }),
    optional({
      command: COMMAND,
      entrypoint: COMMAND,
      user: fc.constantFrom<Json>('app', 1000, '0:0'),
      working_dir: fc.constantFrom('/srv', '/srv/../x/'),
      init: fc.boolean(),
      platform: fc.constant('linux/amd64'),
      restart: RESTART,
      pull_policy: fc.constantFrom('always', 'never'),
      stop_signal: SIGNAL,
      stop_grace_period: DURATION,
    }),
  )
  .map(([image, rest]) => ({ ...image, ...rest }));

function ports(base: number, isProcess: boolean): fc.Arbitrary<Json> {
  const forms: Json[] = [
    base,
    `${base + 1}`,
    `${base + 2}:${isProcess ? base + 2 : 80}`,
    `127.0.0.1:${base + 3}:${base + 3}/udp`,
    `${base + 4}-${base + 5}:${base + 4}-${base + 5}`,
    { host_port: base + 6, container_port: base + 6, protocol: 'udp', host_ip: '::1' },
    `[::1]:${base + 7}:${base + 7}`,
  ];
  return fc.subarray(forms);
}

function mounts(isProcess: boolean): fc.Arbitrary<Json> {
  const forms: Json[] = isProcess
    ? ['p0', { volume: 'p1', mode: 'ro' }, './conf.json', { host_path: '../../other.json', watch_content: 'restart' }]
    : ['c0:/data', { volume: 'c1', container_path: '/c1/', mode: 'ro' }, '/anonymous', './conf.json:/conf.json:ro'];
  return fc.subarray(forms);
}

function service(index: number): fc.Arbitrary<JsonObject> {
  return fc.boolean().chain((isProcess) => {
    const networking = isProcess
      ? optional({ ports: ports(10_000 + index * 10, true) })
      : optional({
          ports: ports(10_000 + index * 10, false),
          hostname: fc.constant('host'),
          networks: fc.constantFrom<Json>([], ['n0'], { n0: null }, { n0: { aliases: ['b', 'a', 'b'] }, default: {} }),
        });
    return fc
      .tuple(
        isProcess ? required({ process: PROCESS }) : required({ container: CONTAINER }),
        optional({
          type: fc.constantFrom('application', 'monitoring'),
          role: TEXT,
          run: fc.constantFrom('once', 'always'),
          networking,
          storage: isProcess
            ? optional({ volumes: mounts(true) })
            : optional({
                volumes: mounts(false),
                tmpfs: fc.constantFrom<Json>('/tmp', ['/tmp:size=64m'], [{ container_path: '/t', mode: '1777' }]),
              }),
          health_check: HEALTH_CHECK,
          dependencies: dependencies(index),
          resource_limits: optional({
            cpu_limit: CPUS,
            memory_limit: SIZE,
            cpu_reservation: CPUS,
            memory_reservation: SIZE,
          }),
          environment_variables: VARIABLES,
          labels: LABELS,
          protect: fc.boolean(),
          deletion_policy: fc.constantFrom('retain', 'delete'),
          name: fc.constant(`own-name-${index}`),
        }),
      )
      .map(([form, rest]) => ({ ...form, ...rest }));
  });
}

/** On services before this one, so that there are no circles. */
function dependencies(index: number): fc.Arbitrary<Json> {
  const earlier = Array.from({ length: index }, (_, position) => `s${position}`);
  const settings = optional({
    condition: fc.constantFrom('service_started', 'service_completed_successfully'),
    restart: fc.boolean(),
    criticality: fc.constantFrom('required', 'optional'),
  });
  return fc.oneof<fc.Arbitrary<Json>[]>(
    fc.subarray(earlier),
    fc
      .subarray(earlier)
      .chain((names) =>
        fc
          .tuple(...names.map(() => settings))
          .map((all) => Object.fromEntries(names.map((name, at) => [`service.${name}`, all[at] ?? {}]))),
      ),
    fc.constant(['network.n0']),
  );
}

const VOLUME = fc.option(
  optional({
    labels: LABELS,
    driver_opts: fc.constant({ o: 'x', n: 1 }),
    metadata: optional({ purpose: TEXT, size_estimate_gb: fc.integer({ min: 0, max: 9 }) }),
    protect: fc.boolean(),
    deletion_policy: fc.constantFrom('retain', 'delete'),
  }),
);

const NETWORK = fc.option(
  optional({
    internal: fc.boolean(),
    attachable: fc.boolean(),
    external: fc.boolean(),
    labels: LABELS,
    ipam: fc.constant({ config: [{ subnet: '10.1.0.0/16', gateway: '10.1.0.1' }, { subnet: '10.2.0.0/16' }] }),
  }),
);

/** A manifest without secrets, for a folder called `local` with a `conf.json` in it. */
export const ENVIRONMENT: fc.Arbitrary<JsonObject> = fc.integer({ min: 0, max: 4 }).chain((count) =>
  fc
    .tuple(
      optional({
        type: fc.constantFrom('local', 'staging', 'production'),
        project: fc.constant('shop'),
        engines: fc.constant({ docker: { context: 'x$$y', nested: { list: ['a', 1, null] } } }),
        environment_variables: VARIABLES,
        policies: optional({
          drift: fc.constant('report'),
          on_failure: fc.constant('continue'),
          prune: fc.boolean(),
        }),
        moved: fc.constant([{ from: 'volume.old', to: 'volume.p0' }]),
        ignore_differences: fc.constant([
          { address: 'volume.p0', field_path: '$.labels["a b"]', reason: 'set by $$CI', until: '2999-01-01' },
        ]),
      }),
      fc.tuple(...Array.from({ length: count }, (_, index) => service(index))),
      fc.tuple(VOLUME, VOLUME, VOLUME, VOLUME),
      NETWORK,
    )
    .map(([rest, services, [p0, p1, c0, c1], n0]) => ({
      ...rest,
      services: Object.fromEntries(services.map((item, index) => [`s${index}`, item])),
      volumes: { p0, p1, c0, c1 },
      networks: { n0 },
    })),
);
