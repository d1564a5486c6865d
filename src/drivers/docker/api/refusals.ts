/**
 * What the sentences mean in which engines say no. Engine 20.10, the current one and Podman 4.3 were made to say each of
 * these: their statuses tell little (Podman answers nearly everything with 500), so that the words decide.
 */
import type { FailureCode } from '../../../model/codes.ts';
import type { JsonObject } from '../../../model/json.ts';

export interface Meaning {
  readonly code: FailureCode;
  readonly next: string;
  readonly fields?: JsonObject;
}

interface Rule {
  readonly words: RegExp;
  means(found: Readonly<Record<string, string>>): Meaning;
}

const RULES: readonly Rule[] = [
  {
    words:
      /(?:Bind for|failed to bind host port|listen (?:tcp|udp)[46]?) (?<ip>\S*?):(?<port>\d+)(?:\/\w+)?(?: failed)?:.* (?:port is already allocated|address already in use)/,
    means: ({ ip = '', port = '' }) => ({
      code: 'port_in_use',
      fields: { port: Number(port), ip },
      next: `free port ${port} on the machine of the engine, or publish another one`,
    }),
  },
  {
    words: /cannot assign requested address/,
    means: () => ({ code: 'address_unavailable', next: "publish on an address that the engine's machine has" }),
  },
  {
    words: /container name "\/?(?<name>[^"]+)" is already in use|name (?<other>\S+) already in use/,
    means: ({ name, other }) => nameInUse(name ?? other ?? ''),
  },
  {
    words: /network with name (?<name>\S+) already exists|network name (?<other>\S+) already used/,
    means: ({ name, other }) => nameInUse(name ?? other ?? ''),
  },
  {
    words: /network (?<name>\S+) is ambiguous/,
    means: ({ name = '' }) => ({
      code: 'name_in_use',
      fields: { name },
      next: `more than one network is called ${name}: remove the one that nothing uses, by its id`,
    }),
  },
  {
    words: /no such image|image not known/i,
    means: () => ({ code: 'object_missing', next: 'get it with `trueup pull`, or build it' }),
  },
  {
    words: /image with reference .* was found but does not/,
    means: () => ({ code: 'step_failed', next: 'pull the image for this platform with `trueup pull`' }),
  },
  {
    words: /volume is in use - \[(?<users>[^\]]*)\]|is being used by the following container\(s\): (?<others>[\w, ]+)/,
    means: ({ users, others }) => ({
      code: 'object_in_use',
      fields: { containers: (users ?? others ?? '').split(/[\s,]+/).filter((id) => id !== '') },
      next: 'remove the containers that use it first; `docker ps --all --filter volume=NAME` lists them',
    }),
  },
  {
    words: /has active endpoints|network is being used/,
    means: () => ({
      code: 'object_in_use',
      next: 'disconnect or remove the containers that are attached to it; `docker network inspect NAME` lists them',
    }),
  },
  {
    words: /endpoint with name \S+ already exists in network|is already connected to network/,
    means: () => ({
      code: 'step_failed',
      next: 'disconnect it first: `docker network disconnect --force NETWORK CONTAINER`',
    }),
  },
  {
    words: /non-overlapping IPv\d address pool|address pools have been fully subnetted|free subnet from subnet pools/,
    means: () => ({
      code: 'address_unavailable',
      next: 'remove networks that nothing uses (`docker network prune`), or declare a subnet: `ipam: { config: [{ subnet: … }] }`',
    }),
  },
  {
    words: /Pool overlaps with other one|is already used on the host or by another config/i,
    means: () => ({
      code: 'address_unavailable',
      next: 'declare another subnet, or remove the network that has this one; `docker network inspect` shows them',
    }),
  },
  {
    words: /^Address already in use$|requested ip address \S+ is already allocated/,
    means: () => ({ code: 'address_unavailable', next: 'declare another address, or free this one' }),
  },
  {
    words: /no configured subnet contains IP|does not belong to any of this network's subnets|not in subnet/i,
    means: () => ({ code: 'step_failed', next: 'declare an address inside the subnet of the network' }),
  },
  {
    words:
      /exec: "(?<command>[^"]*)": (?:executable file not found|stat .*no such file)|exec: "(?<other>[^"]*)".*no such file/,
    means: ({ command, other }) => ({
      code: 'command_not_found',
      fields: { command: command ?? other ?? '' },
      next: 'correct `command` or `entrypoint`, or take an image that has the program',
    }),
  },
  {
    words: /exec: "(?<command>[^"]*)": permission denied/,
    means: ({ command = '' }) => ({
      code: 'step_failed',
      fields: { command },
      next: `make ${command} executable in the image, or correct \`command\` or \`entrypoint\``,
    }),
  },
  {
    words: /bind source path does not exist: (?<path>.*)/,
    means: ({ path = '' }) => ({
      code: 'step_failed',
      fields: { path },
      next: `create ${path} on the machine of the engine, or correct the mount`,
    }),
  },
  {
    words: /trying to mount a directory onto a file/,
    means: () => ({ code: 'step_failed', next: 'mount files on files, and folders on folders' }),
  },
  {
    words: /OOM-killed|cannot allocate memory/,
    means: () => ({ code: 'step_failed', next: 'raise `resource_limits.memory_limit`' }),
  },
  {
    words: /is not running|on running containers|only kill running|is paused(?:,|$)/,
    means: () => ({ code: 'not_running', next: 'start it, or look at why it stopped with `trueup logs`' }),
  },
  {
    words: /plugin "[^"]*" not found|required plugin missing|unsupported driver/,
    means: () => ({ code: 'step_failed', next: 'declare a driver that this engine has; `docker info` lists them' }),
  },
  {
    words: /client version \S+ is too (?:old|new)/,
    means: () => ({ code: 'engine_unreachable', next: 'update trueup or the engine, whichever is older' }),
  },
  {
    words: /^(?:page not found|Not Found)$/i,
    means: () => ({
      code: 'step_failed',
      next: 'this engine does not offer that; take another one, or declare it otherwise',
    }),
  },
];

function nameInUse(name: string): Meaning {
  const next = `rename or remove the other ${name}, or declare another \`name\``;
  return { code: 'name_in_use', fields: { name }, next };
}

/** The meaning of a sentence of the engine, sent with a status of HTTP. */
export function meaningOf(status: number, said: string): Meaning {
  for (const { words, means } of RULES) {
    const found = words.exec(said);
    if (found !== null) return means(found.groups ?? {});
  }
  if (status === 404) return { code: 'object_missing', next: 'run the command again: it looks at what is there now' };
  const isOurs = status === 400;
  return {
    code: 'step_failed',
    next: isOurs ? 'correct what the engine objects to' : 'the log of the engine may say more',
  };
}
