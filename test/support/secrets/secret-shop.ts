/**
 * An environment with a secret of its own in every field that processes can be given one in, and services, probes and hooks
 * that say all that they know, to whoever listens.
 */
import { stringify } from 'yaml';
import { type Planted, plantedAt } from './planted.ts';
import { SEALED_FIELDS } from './sealed-fields.ts';

/** By field, without those that only containers have. */
export const PLANTED: ReadonlyMap<string, Planted> = new Map(
  SEALED_FIELDS.map((field, index) => [field, plantedAt(field, index)] as const).filter(
    ([field]) => !field.includes('.container.'),
  ),
);

/** Prints its words, and every variable that it was given: as it is, and in base64. */
const TELL_ALL = `printf 'word %s\\n' "$@"; printf 'error %s\\n' "$@" >&2; env; env | base64 -w0 >&2; echo`;

export interface SecretShopOptions {
  /** The gate of the service opens. */
  readonly isHealthy?: boolean;
  /** Hooks do what they are there for. */
  readonly isHooked?: boolean;
  /** The program itself is a secret, and there is none of that name. */
  readonly isStartable?: boolean;
  /** Another setting that is none of the secrets. */
  readonly team?: string;
}

/** Files of a repo with the environments `local` and `side`. */
export function secretShop(options: SecretShopOptions = {}): Readonly<Record<string, string>> {
  return {
    'trueup.yaml': stringify({
      notifications: { desk: { command: { run: ['sh', '-c', 'cat >> notified.log'] }, on: EVERYTHING } },
    }),
    'environments/local/environment.yaml': stringify(local(options), { lineWidth: 0 }),
    'environments/side/environment.yaml': stringify(side(), { lineWidth: 0 }),
    ...Object.fromEntries([...PLANTED].map(([field, { plain }]) => [secretFile(field), `${plain}\n`])),
  };
}

const EVERYTHING = ['failed', 'stalled', 'degraded', 'quarantined', 'unreachable', 'drift', 'applied', 'recovered'];

export function secretFile(field: string): string {
  return `.secrets/${field}`;
}

/** Each of the three sources has its turn; `inline` where the shape can be written as it is. */
function variables(): object {
  return Object.fromEntries(
    [...PLANTED].map(([field, { plain }], index) => {
      const path = `../../${secretFile(field)}`;
      const sources = [
        { source: 'file', value: path },
        { source: 'command', value: ['cat', path] },
        { source: 'inline', value: plain.replaceAll('$', '$$$$') },
      ];
      return [nameOf(field), { secret: true, ...sources[index % sources.length] }];
    }),
  );
}

function nameOf(field: string): string {
  return field.replaceAll('.', '_');
}

function use(field: string): string {
  return `\${${nameOf(field)}}`;
}

/** `$` is a variable of the shell, and not of the manifest. */
function script(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function local({ isHealthy = true, isHooked = true, isStartable = true, team = 'core' }: SecretShopOptions): object {
  const hook = (moment: 'post_start' | 'pre_stop', environment: object): object => ({
    command: [
      'sh',
      '-c',
      script(`${TELL_ALL}; ${isHooked ? 'true' : 'exit 3'}`),
      'hook',
      use(`services.web.${moment}.0.command.0`),
    ],
    environment,
  });
  const mapped = (moment: string): object => ({ KEY: use(`services.web.${moment}.0.environment.KEY`) });
  const listed = (moment: string): object => [`LISTED=${use(`services.web.${moment}.0.environment.0`)}`];
  const word = use('services.web.process.command.0');
  return {
    project: 'secretshop',
    policies: { on_failure: 'rollback', drift: 'report' },
    variables: variables(),
    environment_variables: { SHARED: use('environment_variables.KEY') },
    services: {
      web: {
        process: {
          command: isStartable ? ['sh', '-c', script(`${TELL_ALL}; exec sleep 1000`), 'web', word] : [word, word],
        },
        environment_variables: { OWN: use('services.web.environment_variables.KEY'), BUILT: `Bearer ${word}` },
        labels: { team },
        health_check: {
          test: [
            'CMD',
            'sh',
            '-c',
            script(`${TELL_ALL}; ${isHealthy ? 'true' : 'exit 7'}`),
            'probe',
            use('services.web.health_check.test'),
          ],
          interval: '1s',
          timeout: '1s',
          retries: 1,
        },
        post_start: [hook('post_start', mapped('post_start')), hook('post_start', listed('post_start'))],
        pre_stop: [hook('pre_stop', mapped('pre_stop')), hook('pre_stop', listed('pre_stop'))],
      },
    },
  };
}

function side(): object {
  return {
    project: 'secretside',
    variables: variables(),
    environment_variables: [`SHARED=${use('environment_variables.0')}`],
    services: {
      side: {
        process: { command: ['sh', '-c', script(`${TELL_ALL}; exec sleep 1000`)] },
        environment_variables: [`OWN=${use('services.web.environment_variables.0')}`],
        // In one text with the rest of the line.
        health_check: { test: script(`${TELL_ALL}; echo `) + use('services.web.health_check.test') },
      },
    },
  };
}
