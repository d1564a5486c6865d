/**
 * `trueup __complete WORD…`, which the completion scripts call: answers what may stand under the cursor, one candidate
 * per line, `value<TAB>description`. It answers nothing where files may stand, and where nothing can be known: nobody
 * wants to read an error while pressing TAB.
 */
import type { ResourceType } from '../../model/address.ts';
import { schemaNames } from '../schemas.ts';
import type { Candidate } from './candidate.ts';
import { type KnownCommand, type PartialLine, parsePartialLine } from './command-line.ts';
import { COMPLETION_SCRIPTS } from './scripts.ts';

/** `words` are those after `trueup`; the last is under the cursor and may be empty. Never rejects. */
export async function replyToShell(words: readonly string[], commands: readonly KnownCommand[]): Promise<void> {
  try {
    const line = await parsePartialLine(words, commands);
    for (const { value, description } of await candidatesFor(line, commands)) {
      if (value.startsWith(line.current)) process.stdout.write(`${value}\t${description}\n`);
    }
  } catch {
    process.exitCode = 1;
  }
}

async function candidatesFor(line: PartialLine, commands: readonly KnownCommand[]): Promise<readonly Candidate[]> {
  const { current, command, options, valueOf, directory } = line;
  if (valueOf?.long === '--cluster') return clusters(directory, current);
  if (valueOf !== null) return (valueOf.argChoices ?? []).map(plain);
  if (current.startsWith('-')) {
    return options.map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
  }
  if (command === null) return commands.map(({ name, summary }) => ({ value: name, description: summary }));
  return positional(command.name, line);
}

/** What is started and stopped. */
const RUNNING: readonly ResourceType[] = ['service', 'vm', 'cluster'];
const PULLED: readonly ResourceType[] = ['service', 'image'];
/** Of commands whose words name resources, the types that they are about; all for the others. */
const TYPES: Readonly<Record<string, readonly ResourceType[]>> = {
  start: RUNNING,
  stop: RUNNING,
  restart: RUNNING,
  suspend: ['vm'],
  resume: ['vm'],
  logs: RUNNING,
  exec: RUNNING,
  pull: PULLED,
  load: PULLED,
};

async function positional(
  command: string,
  { position, current, directory }: PartialLine,
): Promise<readonly Candidate[]> {
  switch (command) {
    case 'init':
    case 'doctor':
    case 'demo':
      return [];
    case 'import':
      return position === 0 ? ['docker', 'procfile'].map(plain) : [];
    case 'schema':
      return position === 0 ? (await schemaNames()).map(plain) : [];
    case 'completion':
      return position === 0 ? Object.keys(COMPLETION_SCRIPTS).map(plain) : [];
    case 'lock':
      return position === 0 ? ['list', 'release'].map(plain) : environments(directory, current);
    case 'hook':
      return position === 0 ? ['install', 'status', 'remove'].map(plain) : [];
    case 'watch':
    case 'parity':
      return environments(directory, current);
    case 'rollback':
      return position === 0 ? environments(directory, current) : [];
    case 'bisect':
      return position === 2 ? environments(directory, current) : [];
    case 'kubeconfig':
    case 'kubectl':
      return position === 0 ? clusters(directory, current) : [];
    default: {
      if (command === 'exec' && position > 0) return [];
      const { nameCandidates } = await import('./names.ts');
      return nameCandidates(directory, current, TYPES[command] ?? null);
    }
  }
}

async function environments(directory: string, current: string): Promise<readonly Candidate[]> {
  const { nameCandidates } = await import('./names.ts');
  return (await nameCandidates(directory, current, [])).filter(({ description }) => description === 'environment');
}

async function clusters(directory: string, current: string): Promise<readonly Candidate[]> {
  const { nameCandidates } = await import('./names.ts');
  const found = await nameCandidates(directory, current, ['cluster']);
  return found.filter(({ description }) => description !== 'environment');
}

function plain(value: string): Candidate {
  return { value, description: '' };
}
