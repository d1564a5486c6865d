/**
 * Scripts that make a guest what it is, for cloud-init: at each boot they are written where it runs scripts at each boot, in their
 * order. They travel as arguments of the one command that does so, and are read back from there.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  parseJson,
  scalarText,
} from '../../../model/json.ts';

const HEAD = '#cloud-config\n';
const NAME = 'trueup';

/** `$@` are pairs of a mode and a script in base64. A script without `#!` is lines for a shell. */
const SETUP = `set -e
folder=/var/lib/cloud/scripts/per-boot
mkdir -p $folder /var/lib/cloud/${NAME}
rm -f $folder/${NAME}-* /var/lib/cloud/${NAME}/*
count=100
while [ $# -gt 1 ]; do
  count=$((count + 1)); body=/var/lib/cloud/${NAME}/$count; entry=$folder/${NAME}-$count
  printf %s "$2" | base64 -d >$body
  case $(head -c 2 $body) in '#!') ;; *) { echo '#!/bin/sh'; printf %s "$2" | base64 -d; } >$body ;; esac
  chmod 755 $body
  if [ "$1" = user ]; then
    printf '#!/bin/sh\\nexec su - "$(getent passwd 1000 | cut -d: -f1)" -c %s\\n' $body >$entry
  else
    printf '#!/bin/sh\\nexec %s\\n' $body >$entry
  fi
  chmod 755 $entry
  shift 2
done`;

/** `null` where there is nothing to run. */
export function vendorData(scripts: readonly Json[]): string | null {
  if (scripts.length === 0) return null;
  const args = scripts.flatMap((script) => [
    scalarText(member(script, 'mode')),
    Buffer.from(scalarText(member(script, 'script'))).toString('base64'),
  ]);
  return `${HEAD}${JSON.stringify({ bootcmd: [['sh', '-c', SETUP, NAME, ...args]] })}\n`;
}

/** The scripts in it, as they are declared; none where it is not ours. */
export function readVendorData(text: string | undefined): readonly JsonObject[] {
  if (text?.startsWith(HEAD) !== true) return [];
  const args = commandIn(text.slice(HEAD.length));
  const scripts: JsonObject[] = [];
  for (let index = 0; index + 1 < args.length; index += 2) {
    scripts.push({ mode: args[index] ?? '', script: Buffer.from(args[index + 1] ?? '', 'base64').toString('utf8') });
  }
  return scripts;
}

function commandIn(text: string): readonly string[] {
  try {
    const commands = member(parseJson(text), 'bootcmd');
    const [command] = isJsonArray(commands) ? commands : [];
    const words = isJsonArray(command) ? command.filter((word) => typeof word === 'string') : [];
    return words[3] === NAME ? words.slice(4) : [];
  } catch {
    return [];
  }
}

/** cloud-init takes one `bootcmd` alone, and a guest's own comes first. */
export function takesBootCommands(config: JsonObject): boolean {
  const data = member(isJsonObject(config['cloud_init'] ?? null) ? (config['cloud_init'] ?? null) : null, 'user_data');
  return typeof data === 'string' && /^bootcmd\s*:/m.test(data);
}
