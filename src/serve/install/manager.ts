/** The service managers of a user: where their files lie, and the commands that make them look. */
import { join } from 'node:path';
import { launchdAgent, launchdLabel, plistString } from './launchd-agent.ts';
import type { Service } from './service.ts';
import { quotedWord, systemdUnit } from './systemd-unit.ts';

export interface ManagerOptions {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly configHome: string;
  readonly uid: number;
}

export interface Manager {
  readonly kind: 'systemd' | 'launchd';
  path(service: Pick<Service, 'name'>): string;
  text(service: Service): string;
  /** How program and command stand in it. */
  program(service: Service): string;
  /** One after the other, when the file is there; `restart` when one of another text may run. */
  activate(service: Pick<Service, 'name'>, restart: boolean): readonly ManagerCall[];
  /** Before the file is removed. */
  deactivate(service: Pick<Service, 'name'>): readonly ManagerCall[];
  /** After the file was removed. */
  forget(): readonly ManagerCall[];
  /** Succeeds where it runs. */
  isActive(service: Pick<Service, 'name'>): ManagerCall;
}

export interface ManagerCall {
  readonly words: readonly string[];
  /** Whether it is no trouble that it fails. */
  readonly mayFail: boolean;
}

export function managerOf(options: ManagerOptions): Manager {
  return options.platform === 'darwin' ? launchd(options) : systemd(options);
}

function systemd({ configHome }: ManagerOptions): Manager {
  const unit = ({ name }: Pick<Service, 'name'>): string => `${name}.service`;
  const systemctl = (...words: readonly string[]): ManagerCall => ({
    words: ['systemctl', '--user', ...words],
    mayFail: false,
  });
  return {
    kind: 'systemd',
    path: (service) => join(configHome, 'systemd', 'user', unit(service)),
    text: systemdUnit,
    program: ({ words }) => words.slice(0, 2).map(quotedWord).join(' '),
    activate: (service, restart) => [
      systemctl('daemon-reload'),
      systemctl('enable', unit(service)),
      systemctl(restart ? 'restart' : 'start', unit(service)),
    ],
    deactivate: (service) => [{ ...systemctl('disable', '--now', unit(service)), mayFail: true }],
    forget: () => [{ ...systemctl('daemon-reload'), mayFail: true }],
    isActive: (service) => systemctl('is-active', '--quiet', unit(service)),
  };
}

function launchd({ home, uid }: ManagerOptions): Manager {
  const domain = `gui/${uid}`;
  const path = (service: Pick<Service, 'name'>): string =>
    join(home, 'Library', 'LaunchAgents', `${launchdLabel(service)}.plist`);
  const target = (service: Pick<Service, 'name'>): string => `${domain}/${launchdLabel(service)}`;
  const launchctl = (mayFail: boolean, ...words: readonly string[]): ManagerCall => ({
    words: ['launchctl', ...words],
    mayFail,
  });
  return {
    kind: 'launchd',
    path,
    text: launchdAgent,
    program: ({ words }) => words.slice(0, 2).map(plistString).join('\n    '),
    activate: (service, restart) => [
      ...(restart ? [launchctl(true, 'bootout', target(service))] : []),
      // Fails where it is loaded already.
      launchctl(!restart, 'bootstrap', domain, path(service)),
      launchctl(false, 'kickstart', target(service)),
    ],
    deactivate: (service) => [launchctl(true, 'bootout', target(service))],
    forget: () => [],
    isActive: (service) => launchctl(false, 'print', target(service)),
  };
}
