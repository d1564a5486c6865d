/**
 * A launchd agent. Pure. `AbandonProcessGroup` is what keeps services of the process engine running when the daemon ends
 * or is replaced.
 */
import { MARK, type Service } from './service.ts';

/** Seconds; longer than a run needs to end the steps that it has begun. */
const STOP_TIMEOUT = 150;

export function launchdLabel({ name }: Pick<Service, 'name'>): string {
  return `dev.trueup.${name}`;
}

/** Where it says why it could not even begin. */
function stderrPath(log: string): string {
  return `${log}.stderr`;
}

export function launchdAgent(service: Service): string {
  const { words, folder, environment, log } = service;
  const variables = Object.entries(environment).map(([name, value]) => `    ${key(name)}\n    ${plistString(value)}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARK}: installing writes it anew, and uninstalling removes it. -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  ${key('Label')}
  ${plistString(launchdLabel(service))}
  ${key('ProgramArguments')}
  <array>
${words.map((word) => `    ${plistString(word)}`).join('\n')}
  </array>
  ${key('WorkingDirectory')}
  ${plistString(folder)}
  ${key('EnvironmentVariables')}
  <dict>
${variables.join('\n')}
  </dict>
  ${key('RunAtLoad')}
  <true/>
  ${key('KeepAlive')}
  <dict>
    ${key('SuccessfulExit')}
    <false/>
  </dict>
  ${key('AbandonProcessGroup')}
  <true/>
  ${key('ExitTimeOut')}
  <integer>${STOP_TIMEOUT}</integer>
  ${key('ThrottleInterval')}
  <integer>5</integer>
  ${key('StandardOutPath')}
  ${plistString('/dev/null')}
  ${key('StandardErrorPath')}
  ${plistString(stderrPath(log))}
</dict>
</plist>
`;
}

function key(text: string): string {
  return `<key>${escaped(text)}</key>`;
}

/** A text as an element of a property list. */
export function plistString(text: string): string {
  return `<string>${escaped(text)}</string>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
