/** The host name inside the container. The engine's own choice is the short id, and the machine's name on its network. */
import type { FieldGroup } from './group.ts';
import { textAt } from './parts.ts';
import { refusedIf } from './refusal.ts';

const FIELD = ['networking', 'hostname'] as const;

/** Linux's limit; engines of old find out only when they start the container. */
const LONGEST = 64;

export const hostname: FieldGroup = {
  fields: [FIELD],
  choosesDefault: true,

  request(config) {
    const name = textAt(config, ...FIELD);
    return name === null ? {} : { config: { Hostname: name } };
  },

  read({ Id, Config, HostConfig }) {
    const name = Config.Hostname ?? '';
    const isMachines = HostConfig.NetworkMode === 'host' || HostConfig['UTSMode'] === 'host';
    return {
      configured: { networking: { hostname: name } },
      defaults: { networking: { hostname: isMachines ? name : shortId(Id) } },
    };
  },

  unsupported(config) {
    const { length } = textAt(config, ...FIELD) ?? '';
    const summary = `a host name of ${length} characters is longer than Linux allows`;
    return refusedIf(length > LONGEST, FIELD, summary, `at most ${LONGEST}`);
  },
};

/** What engines use in place of a name: the first twelve digits. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
