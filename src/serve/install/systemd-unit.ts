/**
 * A systemd user unit. Pure. `KillMode=process` and `OOMPolicy=continue` are what keeps services of the process engine
 * running when the daemon ends, is replaced, or one of them runs out of memory: they live in the unit's control group.
 * No sandbox: whatever it starts would live in it, too, and no longer reach what it needs.
 */
import { MARK, type Service } from './service.ts';

/** Longer than a run needs to end the steps that it has begun. */
const STOP_TIMEOUT = '150s';

export function systemdUnit({ name, words, folder, description, environment }: Service): string {
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${quotedWord(`${name}=${value}`)}`);
  return `# ${MARK}: \`--install\` writes it anew, and \`--uninstall\` removes it.
# What is to stay belongs into a drop-in: systemctl --user edit ${name}

[Unit]
Description=${escapedSpecifiers(description)}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${commandLine(words)}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${escapedSpecifiers(folder)}
${[...variables, ''].join('\n')}Restart=on-failure
RestartSec=5s
TimeoutStopSec=${STOP_TIMEOUT}
KillMode=process
OOMPolicy=continue
SyslogIdentifier=trueup

[Install]
WantedBy=default.target
`;
}

/** The colon switches the substitution of variables off, which systemd knows since version 244; without `$` none is needed. */
function commandLine(words: readonly string[]): string {
  const started = startable(words);
  const prefix = started.some((word) => word.includes('$')) ? ':' : '';
  return `${prefix}${started.map(quotedWord).join(' ')}`;
}

/** systemd starts no program with a quote or a backslash in its path, whatever is done about it: /home/o'brien needs a go-between. */
function startable(words: readonly string[]): readonly string[] {
  return /["'\\]/.test(words[0] ?? '') ? ['/bin/sh', '-c', 'exec "$0" "$@"', ...words] : words;
}

/** A word in quotes, in which a backslash escapes, and where `%` begins a specifier. */
export function quotedWord(text: string): string {
  return `"${escapedSpecifiers(text.replaceAll('\\', '\\\\').replaceAll('"', '\\"'))}"`;
}

function escapedSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
