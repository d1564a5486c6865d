/** How a container is kept running, and how it is stopped. */
import { durationMs, formatDuration, parseDuration } from '../../../model/duration.ts';
import { memberAt } from '../../../model/json.ts';
import type { RestartPolicy } from '../api/wire.ts';
import type { FieldGroup } from './group.ts';
import { textAt } from './parts.ts';
import { refusedIf } from './refusal.ts';
import { sameSignal, signalName } from './signals.ts';

const RESTART = ['container', 'restart'] as const;
const INIT = ['container', 'init'] as const;
const STOP_SIGNAL = ['container', 'stop_signal'] as const;
const STOP_GRACE_PERIOD = ['container', 'stop_grace_period'] as const;

/** The engine's own, where nothing else is said. */
const DEFAULT_GRACE_SECONDS = 10;
const DEFAULT_SIGNAL = 'SIGTERM';

export const lifecycle: FieldGroup = {
  fields: [RESTART, INIT, STOP_GRACE_PERIOD],

  request(config) {
    const grace = durationMs(memberAt(config, ...STOP_GRACE_PERIOD), DEFAULT_GRACE_SECONDS * 1000);
    return {
      config: { StopTimeout: Math.round(grace / 1000) },
      // Always said: what the engine takes for granted is a setting of the engine.
      host: { RestartPolicy: restartPolicy(textAt(config, ...RESTART)), Init: memberAt(config, ...INIT) === true },
    };
  },

  read({ Config, HostConfig }) {
    const seconds = Config.StopTimeout ?? DEFAULT_GRACE_SECONDS;
    return {
      configured: {
        container: {
          restart: restartText(HostConfig.RestartPolicy),
          init: HostConfig.Init ?? false,
          // Less than nothing is for ever, which no manifest can say.
          stop_grace_period: seconds < 0 ? `${seconds}s` : formatDuration(seconds * 1000),
        },
      },
      defaults: {},
    };
  },

  equal({ names, desired, observed }) {
    if (names[1] !== 'stop_grace_period') return false;
    const [left, right] = [durationMs(desired, Number.NaN), durationMs(observed, Number.NaN)];
    return left === right;
  },

  effect({ names, facts }) {
    return names[1] === 'restart' && facts?.['updates_restart'] !== false ? 'in_place' : 'replace';
  },

  unsupported(config) {
    const period = textAt(config, ...STOP_GRACE_PERIOD) ?? '0s';
    const isBroken = (parseDuration(period) ?? 0) % 1000 !== 0;
    return refusedIf(
      isBroken,
      STOP_GRACE_PERIOD,
      `the engine counts in whole seconds and cannot wait ${period}`,
      'such as `2s`',
    );
  },
};

export const stopSignal: FieldGroup = {
  fields: [STOP_SIGNAL],
  imageDefaults: true,

  request(config) {
    const signal = textAt(config, ...STOP_SIGNAL);
    return signal === null ? {} : { config: { StopSignal: signal } };
  },

  read({ Config }, { image }) {
    return {
      configured: { container: { stop_signal: signalOf(Config.StopSignal) } },
      defaults: { container: { stop_signal: signalOf(image?.Config?.StopSignal) } },
    };
  },

  equal: ({ desired, observed }) =>
    typeof desired === 'string' && typeof observed === 'string' && sameSignal(desired, observed),
};

/** `on-failure:3` and the like as the engine has it. */
export function restartPolicy(restart: string | null): RestartPolicy {
  const [name = 'no', attempts = '0'] = (restart ?? 'no').split(':');
  return { Name: name, MaximumRetryCount: Number(attempts) };
}

function restartText(policy: RestartPolicy | null | undefined): string {
  const { Name: name = '', MaximumRetryCount: attempts = 0 } = policy ?? {};
  if (name === '') return 'no';
  return name === 'on-failure' && attempts > 0 ? `${name}:${attempts}` : name;
}

function signalOf(text: string | undefined): string {
  return signalName(text === undefined || text === '' ? DEFAULT_SIGNAL : text);
}
