/** Ways through the network: ports that others expect, addresses of others, probes that ask somewhere else. */
import { adds, type Escape, HARMLESS, MARK as X, MANIFEST, otherwise } from './escape.ts';

const PORTS = ['    networking:', '      ports: ["127.0.0.1:20080:80"]'];

function probes(name: string, url: string): Escape {
  return adds(name, ...PORTS, '    health_check:', '      endpoints:', `        - { url: "${url}" } ${X}`);
}

function publishes(name: string, port: string): Escape {
  return adds(name, '    networking:', '      ports:', `        - ${port} ${X}`);
}

export const NETWORK: readonly Escape[] = [
  publishes('a port on every address', '"20080:80"'),
  publishes('a port on every address, written out', '"0.0.0.0:20080:80"'),
  publishes('a port on every address of IPv6', '"[::]:20080:80"'),
  publishes('a port on an address of the network', '"192.168.1.10:20080:80"'),
  publishes('a port that the system chooses, on every address', '"80"'),
  publishes('a port as a number', '8080'),
  publishes('a port of the system', '"127.0.0.1:22:22"'),
  publishes("a port that people's own tools expect", '"127.0.0.1:5432:5432"'),
  publishes('a range that begins where it may', '"127.0.0.1:20000-20030:20000-20030"'),
  publishes('a range of all ports', '"127.0.0.1:1-65535:1-65535"'),
  publishes('a port beyond the last', '"127.0.0.1:99999999999999999999:80"'),
  publishes('a port in the long form', '{ host_port: 443, container_port: 443, host_ip: 127.0.0.1 }'),
  publishes('a port in the long form without address', '{ host_port: 20443, container_port: 443 }'),
  publishes(
    'a port with a field of a later version',
    '{ host_port: 20443, container_port: 443, host_ip: 127.0.0.1, mode: host }',
  ),
  publishes('a port that a variable makes', `"\${ip:-0.0.0.0}:20080:80"`),
  otherwise(publishes('a protocol that is none', '"127.0.0.1:20080:80/sctp"'), {
    codes: ['not_allowed', 'invalid_value'],
  }),
  adds(
    'more ports than it may have, in two services',
    '    networking:',
    '      ports: ["127.0.0.1:20000-20015:1000-1015"]',
    '  other:',
    '    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }',
    `    container: { image: "${HARMLESS[4]?.trim().slice(7)}" }`,
    '    networking:',
    `      ports: ["127.0.0.1:21000-21015:1000-1015"] ${X}`,
  ),
  probes('the metadata service', 'http://169.254.169.254/latest/meta-data/'),
  probes('a service of the network', 'http://10.0.0.5/admin'),
  probes('another port of this machine', 'http://localhost:2375/containers/json'),
  probes('this machine without a port', 'http://localhost/'),
  probes('a user that looks like a host', 'http://localhost:20080@169.254.169.254/'),
  probes('a user in front of the own port', 'http://169.254.169.254@localhost:20080/'),
  probes('a backslash', String.raw`http://localhost:20080\\@169.254.169.254/`),
  probes('a name that leads to an address', 'http://127.0.0.1.nip.io:20080/'),
  probes('a name with a dot at its end', 'http://localhost.:20080/'),
  probes('a number for an address', 'http://2852039166:20080/'),
  probes('an address of IPv4 in one of IPv6', 'http://[::ffff:169.254.169.254]:20080/'),
  probes('every address', 'http://0.0.0.0:20080/'),
  probes('another loopback address', 'http://127.0.0.2:20080/'),
  probes('an address that the port is not published on', 'http://[::1]:20080/'),
  probes('a port with zeros in front', 'http://localhost:020080/'),
  probes('letters that only look like a host', 'http://ⓛocalhost:20080/'),
  probes('a file', 'file:///etc/passwd'),
  probes('a space', 'http://localhost:20080/ HTTP/1.1'),
  probes('a line', String.raw`http://localhost:20080/\r\nHost: evil`),
  adds(
    'a port of a service that is not published',
    '    health_check:',
    '      endpoints:',
    `        - { url: "http://localhost:20080/" } ${X}`,
  ),
  adds(
    'an own port of UDP',
    '    networking:',
    '      ports: ["127.0.0.1:20080:80/udp"]',
    '    health_check:',
    '      endpoints:',
    `        - { url: "http://localhost:20080/" } ${X}`,
  ),
  adds(
    'a place that a variable makes',
    ...PORTS,
    '    health_check:',
    '      endpoints:',
    `        - { url: "http://\${where:-169.254.169.254}:20080/" } ${X}`,
  ),
  adds(
    'a probe that changes something',
    ...PORTS,
    '    health_check:',
    '      endpoints:',
    `        - { url: "http://localhost:20080/", method: POST } ${X}`,
  ),
  adds(
    'a probe with headers',
    ...PORTS,
    '    health_check:',
    '      endpoints:',
    `        - { url: "http://localhost:20080/", headers: { Metadata: "true" } } ${X}`,
  ),
  otherwise(
    adds(
      'a pattern that never ends',
      ...PORTS,
      '    health_check:',
      '      endpoints: [{ url: "http://localhost:20080/" }]',
      `      expected_response: { body_pattern: "(a+)+$" } ${X}`,
    ),
    { codes: ['not_allowed', 'invalid_value'] },
  ),
  adds(
    'probes without a pause',
    '    health_check:',
    '      test: [CMD, "true"]',
    `      interval: 1ms ${X}`,
    '      timeout: 100ms',
  ),
  adds(
    'a gate that stays closed for days',
    '    health_check:',
    '      test: [CMD, "false"]',
    `      start_period: 100000h ${X}`,
  ),
  adds('a network of somebody else', 'networks:', `  shop: { external: true } ${X}`),
  adds('a network of somebody else by its name', 'networks:', `  x: { name: bridge } ${X}`),
  adds('the network of the host', 'networks:', `  x: { driver: host } ${X}`),
  adds('a network on the cable', 'networks:', `  x: { driver: macvlan, driver_opts: { parent: eth0 } } ${X}`),
  adds('a network with options', 'networks:', `  x: { driver_opts: { com.docker.network.bridge.name: docker0 } } ${X}`),
  adds('a network that others may join', 'networks:', `  x: { attachable: true } ${X}`),
  adds('the addresses of somebody else', 'networks:', `  x: { ipam: { config: [{ subnet: 10.0.0.0/8 }] } } ${X}`),
  adds(
    'the default network with addresses',
    'networks:',
    `  default: { ipam: { config: [{ subnet: 192.168.1.0/24 }] } } ${X}`,
  ),
  adds('a fixed address', '    networking:', `      networks: { default: { ipv4_address: 10.0.0.1 } } ${X}`),
  adds('the name of a network at a service', '    networking:', `      networks: { default: { name: bridge } } ${X}`),
  adds(
    'an alias with dots',
    '    networking:',
    `      networks: { default: { aliases: [registry.example.com] } } ${X}`,
  ),
  adds(
    'an alias that is another service',
    '    networking:',
    `      networks: { default: { aliases: [db] } } ${X}`,
    '  db:',
    '    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }',
    `    container: { image: "${HARMLESS[4]?.trim().slice(7)}" }`,
  ),
  adds('a host name with dots', '    networking:', `      hostname: registry.example.com ${X}`),
  {
    name: 'a port of another environment of the repo',
    files: {
      'environments/other/main.yaml': `${[...HARMLESS, ...PORTS].join('\n')}\n`,
      [MANIFEST]: `${HARMLESS.join('\n')}\n    health_check:\n      endpoints:\n        - { url: "http://localhost:20080/" } ${X}\n`,
    },
    codes: ['not_allowed'],
  },
  adds(
    'endpoints without end, of which each service has few',
    ...PORTS,
    ...endpoints(20),
    '  more:',
    '    resource_limits: { cpu_limit: 0.5, memory_limit: 64MiB }',
    `    container: { image: "${HARMLESS[4]?.trim().slice(7)}" }`,
    ...endpoints(2).map((line, index) => (index === 2 ? `${line} ${X}` : line)),
  ),
];

function endpoints(count: number): readonly string[] {
  const one = '        - { url: "http://localhost:20080/" }';
  return ['    health_check:', '      endpoints:', ...Array.from({ length: count }, () => one)];
}
