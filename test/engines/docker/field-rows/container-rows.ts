/** What runs, and how: `container`. */
import { type AnyRow, at, inPlace, lifted, pathOf, replaces, sameAs } from '../../../support/docker/fields/row.ts';

const HTTPD = ['httpd', '-f', '-p', '8080', '-h', '/tmp'];
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

export const CONTAINER_ROWS: readonly AnyRow[] = [
  {
    ...replaces('container.image', 'busybox:2', { shown: 'Config.Image', before: 'furnished:1', after: 'busybox:2' }),
    alone: true,
  },
  sameAs('service', 'container.platform', { 'container.platform': `linux/${ARCHITECTURE}` }),
  replaces('container.entrypoint', ['/bin/busybox', 'env', 'A=1'], {
    shown: 'Config.Entrypoint',
    before: ['/bin/busybox'],
    after: ['/bin/busybox', 'env', 'A=1'],
  }),
  replaces('container.command', ['sleep', '5000'], {
    shown: 'Config.Cmd',
    before: HTTPD,
    after: ['sleep', '5000'],
  }),
  {
    // An entrypoint of its own leaves nothing of the image's command.
    ...replaces('container.command', undefined, { shown: '', before: [], after: [] }),
    variant: 'lifted along with the entrypoint, so that both are the image’s',
    edit: () => ({ service: { 'container.entrypoint': undefined, 'container.command': undefined } }),
    differs: () => [pathOf('container.command'), pathOf('container.entrypoint')],
    shown: ({ container }) => [at(container, 'Config.Entrypoint'), at(container, 'Config.Cmd')],
    before: [['/bin/busybox'], HTTPD],
    after: [
      ['/bin/busybox', 'env', 'FROM_ENTRYPOINT=1'],
      ['sleep', '10000'],
    ],
  },
  replaces('container.user', 65_533, { shown: 'Config.User', before: '65534:65534', after: '65533' }),
  lifted('container.user', { shown: 'Config.User', before: '65534:65534', after: 'nobody' }),
  replaces('container.working_dir', '/tmp', { shown: 'Config.WorkingDir', before: '/var', after: '/tmp' }),
  lifted('container.working_dir', { shown: 'Config.WorkingDir', before: '/var', after: '/var/work' }),
  replaces('container.init', false, { shown: 'HostConfig.Init', before: true, after: false }),
  inPlace('container.restart', 'on-failure:3', {
    shown: 'HostConfig.RestartPolicy',
    before: { Name: 'unless-stopped', MaximumRetryCount: 0 },
    after: { Name: 'on-failure', MaximumRetryCount: 3 },
  }),
  inPlace('container.restart', undefined, {
    variant: 'lifted',
    shown: 'HostConfig.RestartPolicy',
    before: { Name: 'unless-stopped', MaximumRetryCount: 0 },
    after: { Name: 'no', MaximumRetryCount: 0 },
  }),
  sameAs('service', 'container.pull_policy', { 'container.pull_policy': 'never' }),
  replaces('container.stop_signal', 'SIGINT', { shown: 'Config.StopSignal', before: 'SIGTERM', after: 'SIGINT' }),
  lifted('container.stop_signal', { shown: 'Config.StopSignal', before: 'SIGTERM', after: 'SIGKILL' }),
  replaces('container.stop_grace_period', '4s', { shown: 'Config.StopTimeout', before: 3, after: 4 }),
  lifted('container.stop_grace_period', { shown: 'Config.StopTimeout', before: 3, after: 10 }),
];
