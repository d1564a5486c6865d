/**
 * What a simulated service does, read from the words of its command, so that declared environments carry it with them:
 *
 *     exit=1           exits with this status the moment it was started
 *     healthy_after=2  fails two probes, then passes
 *     never_healthy    fails every probe
 *     exits_after=2:1  passes no probe, and exits with status 1 at the third
 *     listen=9000      listens on a port beside those that it declares
 *     print=hello      writes a line when it starts
 *
 * Any other word means nothing. A test can give a service another behaviour by name, whatever its command says.
 */
import { type JsonObject, memberAt } from '../../../src/model/json.ts';

export interface Behaviour {
  /** The status with which it exits the moment it was started; `null` when it goes on. */
  readonly exits: number | null;
  readonly failing_probes: number;
  /** The status with which it exits once its failing probes are over, instead of passing. */
  readonly exits_after_probes: number | null;
  readonly listens: readonly number[];
  readonly prints: readonly string[];
}

const CALM: Behaviour = { exits: null, failing_probes: 0, exits_after_probes: null, listens: [], prints: [] };

export function behaviourOf(config: JsonObject, overrides: Partial<Behaviour> = {}): Behaviour {
  const command = memberAt(config, 'process', 'command') ?? memberAt(config, 'container', 'command');
  const words = Array.isArray(command) ? command.filter((word) => typeof word === 'string') : [];
  return { ...words.reduce(withWord, CALM), ...overrides };
}

function withWord(behaviour: Behaviour, word: string): Behaviour {
  const [name = '', value = ''] = word.split(/=(.*)/s);
  switch (name) {
    case 'exit':
      return { ...behaviour, exits: Number(value) };
    case 'healthy_after':
      return { ...behaviour, failing_probes: Number(value) };
    case 'never_healthy':
      return { ...behaviour, failing_probes: Number.POSITIVE_INFINITY };
    case 'exits_after': {
      const [probes, status] = value.split(':').map(Number);
      return { ...behaviour, failing_probes: probes ?? 0, exits_after_probes: status ?? 1 };
    }
    case 'listen':
      return { ...behaviour, listens: [...behaviour.listens, Number(value)] };
    case 'print':
      return { ...behaviour, prints: [...behaviour.prints, value] };
    default:
      return behaviour;
  }
}
