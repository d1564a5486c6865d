import { expect, it } from 'vitest';
import { portsOf } from '../../../src/flow/status-ports.ts';
import { desired } from '../../support/builders.ts';

it.each([
  [
    'a VM',
    { port_forwards: { '2222': { host_port: 2222, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' } } },
    ['2222:22/tcp'],
  ],
  [
    'a cluster',
    { port_mappings: { '8080': { host_port: 8080, node_port: 30080, protocol: 'udp', host_ip: '127.0.0.1' } } },
    ['8080:30080/udp'],
  ],
  [
    'a service',
    { networking: { ports: { '80': { host_port: 8080, container_port: 80, protocol: 'tcp' } } } },
    ['8080:80/tcp'],
  ],
  ['what has none', {}, []],
] as const)('the ports of %s are told as they are declared where its engine tells none', (_what, config, ports) => {
  expect(portsOf(desired('one', { config }), null)).toEqual(ports);
});
