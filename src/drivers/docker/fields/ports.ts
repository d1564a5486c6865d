/** Published ports, each under the key that the manifests give it. Which host port the engine chose is no field. */
import { isIP } from 'node:net';
import { compareText, type Json, type JsonObject, member, memberAt, scalarText } from '../../../model/json.ts';
import type { Facts } from '../../../model/observed.ts';
import type { PortBinding } from '../api/wire.ts';
import type { FieldGroup } from './group.ts';
import { canonicalAddress } from './ip.ts';
import { membersOf, nested } from './parts.ts';

const FIELD = ['networking', 'ports'] as const;

export const ports: FieldGroup = {
  fields: [FIELD],

  request(config) {
    const bindings: Record<string, PortBinding[]> = {};
    for (const port of Object.values(membersOf(memberAt(config, ...FIELD)))) {
      const [outside, address] = [member(port, 'host_port'), member(port, 'host_ip')];
      const inside = `${scalarText(member(port, 'container_port'))}/${scalarText(member(port, 'protocol') ?? 'tcp')}`;
      const binding = {
        HostIp: typeof address === 'string' ? canonicalAddress(address) : '',
        HostPort: outside === null ? '' : scalarText(outside),
      };
      bindings[inside] = [...(bindings[inside] ?? []), binding];
    }
    if (Object.keys(bindings).length === 0) return {};
    // Engine 20.10 publishes nothing that is not exposed too, and says nothing of it.
    const exposed = Object.fromEntries(Object.keys(bindings).map((port) => [port, {}]));
    return { config: { ExposedPorts: exposed }, host: { PortBindings: bindings } };
  },

  read({ HostConfig }) {
    const found = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([inside, bindings]) =>
      (bindings ?? []).map((binding) => portFrom(inside, binding)),
    );
    return { configured: nested(FIELD, keyed(found)), defaults: {} };
  },

  /** Engines give addresses back in their own spelling, and addresses are part of the keys. */
  comparable(config, facts) {
    const declared = memberAt(config, ...FIELD);
    return declared === null
      ? {}
      : nested(FIELD, keyed(Object.values(membersOf(declared)).map((port) => withCanonicalAddress(port, facts))));
  },
};

/** The same as the key of the resolved manifest. */
function portKey(port: Json): string {
  const [address, outside] = [member(port, 'host_ip'), member(port, 'host_port')];
  const protocol = scalarText(member(port, 'protocol') ?? 'tcp');
  const text = typeof address === 'string' ? address : null;
  const prefix = text === null ? '' : text.includes(':') ? `[${text}]:` : `${text}:`;
  return outside === null
    ? `${prefix}:${scalarText(member(port, 'container_port'))}/${protocol}`
    : `${prefix}${scalarText(outside)}/${protocol}`;
}

function keyed(found: readonly Json[]): JsonObject {
  return Object.fromEntries(
    found.map((port): [string, Json] => [portKey(port), port]).sort(([left], [right]) => compareText(left, right)),
  );
}

function portFrom(inside: string, { HostIp = '', HostPort = '' }: PortBinding): Json {
  const [number = '', protocol = 'tcp'] = inside.split('/');
  return {
    host_port: HostPort === '' || HostPort === '0' ? null : numberOf(HostPort),
    container_port: numberOf(number),
    protocol,
    host_ip: HostIp === '' ? null : HostIp,
  };
}

/** A range, which the command line of the engine allows, stays a text. */
function numberOf(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function withCanonicalAddress(port: Json, facts: Facts | null): Json {
  const address = member(port, 'host_ip');
  if (typeof address !== 'string' || isIP(address) === 0) return port;
  // Podman says so of ports that are published on all addresses.
  const isAny = facts?.kind === 'podman' && address === '0.0.0.0';
  return { ...membersOf(port), host_ip: isAny ? null : canonicalAddress(address) };
}
