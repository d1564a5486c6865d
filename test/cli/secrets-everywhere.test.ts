/**
 * Secrets of every shape in every field that can hold one; services, probes and hooks that print them, and failures that
 * quote them. Whatever the command prints, keeps or sends is searched for each of them, in whatever form.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { socketPlaces } from '../../src/serve/api/socket-place.ts';
import { eventually, type RunningCli, type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { leakSearch, plantedAt } from '../support/secrets/planted.ts';
import { SEALED_FIELDS } from '../support/secrets/sealed-fields.ts';
import { PLANTED, secretFile, secretShop } from '../support/secrets/secret-shop.ts';

/** What a person changes in a file that git does not hold, while something stands against it. */
const CHANGED = 'services.web.environment_variables.KEY';
const OTHER = plantedAt('changed', SEALED_FIELDS.length + 2);

const find = leakSearch([...PLANTED.values(), OTHER]);

interface Elsewhere {
  /** Why it is not run here. */
  readonly elsewhere: string;
}

type Row = readonly (readonly string[])[] | Elsewhere;

/** What each command is asked while everything stands as it should, and again once things have failed. */
const READS: Readonly<Record<string, Row>> = {
  init: [['init']],
  validate: [['validate'], ['validate', '-o', 'json']],
  show: [
    ['show', 'local'],
    ['show', 'side', '-o', 'json'],
  ],
  plan: [
    ['plan', '--verbose'],
    ...['json', 'markdown', 'sarif', 'junit', 'github'].map((format) => ['plan', 'local', '--format', format]),
    ['plan', 'local', '--replace', 'web', '--out', 'saved.plan', '--verbose'],
    ['plan', 'local', '--revision', 'first', '--verbose'],
    ['plan', 'local', '--against', 'first', '-o', 'json'],
    ['plan', 'local', '--observed', 'observed.json', '--verbose'],
  ],
  apply: { elsewhere: 'between the reads' },
  destroy: { elsewhere: 'after the reads' },
  start: [['start', 'web']],
  stop: { elsewhere: 'after the reads' },
  restart: [['restart', 'local/web', '-o', 'json']],
  suspend: [['suspend', 'web']],
  resume: [['resume', 'local/web', '-o', 'json']],
  snapshot: [
    ['snapshot', 'list'],
    ['snapshot', 'create', 'local/web', '-o', 'json'],
    ['snapshot', 'import', 'environments/local/environment.yaml', 'web'],
  ],
  rollback: [
    ['rollback', 'local', '--volumes', '--list'],
    ['rollback', 'local', 'first', '--auto-approve', '-o', 'json'],
  ],
  bisect: { elsewhere: 'once, because it makes copies' },
  pull: [['pull', '-o', 'json']],
  status: [
    ['status', '--verbose'],
    ['status', '-o', 'json'],
  ],
  health: [
    ['health', 'local'],
    ['health', '-o', 'json', '--history'],
  ],
  history: [['history'], ['history', '-o', 'json']],
  diff: [
    ['diff', 'first', 'HEAD', '--verbose'],
    ...['json', 'markdown', 'sarif', 'junit', 'github'].map((format) => ['diff', 'first', '--format', format]),
  ],
  parity: [
    ['parity', 'local', 'side', '--all', '--verbose'],
    ['parity', 'local@first', 'local', '--mode', 'structural', '--all', '--verbose'],
    ...['text', 'json', 'markdown', 'sarif', 'junit', 'github', 'html'].map((format) => {
      return ['parity', 'local', 'side', '--mode', 'runtime', '--format', format];
    }),
    ['parity', 'observed.json', 'local', '--mode', 'runtime', '--all', '--verbose'],
    ['parity', '--matrix', 'local', 'side', '-o', 'json'],
    ['parity', 'local', 'side', '--history', '-o', 'json'],
    ['parity', 'local', 'side', '--fix'],
    ['parity', 'local', 'side', '--fix=target', '-o', 'json'],
  ],
  observe: [
    ['observe', 'local'],
    ['observe', 'local', '--out', 'observed.json'],
  ],
  drift: [
    ['drift', '--verbose'],
    ...['json', 'markdown', 'sarif', 'junit', 'github'].map((format) => ['drift', 'local', '--format', format]),
    ['drift', 'local', '--write'],
    ['drift', 'local', '--write', '-o', 'json'],
  ],
  explain: [
    ['explain', 'local/web', '--all'],
    ['explain', 'local/web', '--all', '-o', 'json'],
    ['explain', 'side/side', 'health_check'],
  ],
  serve: { elsewhere: 'beside the others' },
  events: { elsewhere: 'beside the others' },
  logs: [
    ['logs', 'local'],
    ['logs', 'side', '-o', 'json'],
  ],
  exec: [
    ['exec', '-o', 'json', 'local/web', '--', 'env'],
    ['exec', '-o', 'json', 'local/web', '--', 'sh', '-c', 'env >&2; exit 3'],
  ],
  console: [['console', 'local/web']],
  kubeconfig: [
    ['kubeconfig', 'web'],
    ['kubeconfig', 'local/web', '-o', 'json'],
  ],
  load: [
    ['load', 'service.web', '--cluster', 'web'],
    ['load', 'web', '-o', 'json'],
  ],
  kubectl: [
    ['kubectl', 'web', '--', 'get', 'pods'],
    ['kubectl', '-o', 'json', 'local/web', 'version'],
  ],
  watch: { elsewhere: 'beside the others' },
  hook: [['hook', 'status']],
  freeze: [['freeze'], ['freeze', '-o', 'json']],
  lock: [['lock', 'list', '-o', 'json']],
  graph: [
    ...['mermaid', 'dot', 'svg', 'json'].map((format) => ['graph', 'local', '--format', format]),
    ['graph', 'local', '--plan', '--format', 'svg'],
  ],
  report: [
    ['report', 'local', '--html', '-', '--kind', 'drift'],
    ['report', 'local', '--html', '-', '--kind', 'plan'],
    ['report', 'local', '--html', '-', '--kind', 'run'],
    ['report', 'local', '--html', 'page.html', '-o', 'json'],
  ],
  doctor: [['doctor', '-o', 'json']],
  import: [
    ['import', 'procfile', 'environments/local/environment.yaml', '--environment', 'side'],
    ['import', 'procfile', '--environment', 'side', '-o', 'json'],
    ['import', 'docker', 'nobody', '--environment', 'side', '--verbose'],
  ],
  schema: [['schema', 'plan']],
  completion: [['completion', 'bash']],
  demo: { elsewhere: 'it has a repo of its own, with nobody’s secrets' },
};

function isElsewhere(row: Row): row is Elsewhere {
  return 'elsewhere' in row;
}

/** Where something was found, and in which form. */
interface Found {
  readonly where: string;
  readonly field: string;
  readonly around: string;
}

class Listener {
  readonly found: Found[] = [];

  look(where: string, text: string): void {
    for (const { field, around } of find(text)) this.found.push({ where, field, around });
  }
}

async function run(repo: ScratchRepo, listener: Listener, args: readonly string[]): Promise<number> {
  const { status, stdout, stderr } = await repo.trueup(args);
  listener.look(`${args.join(' ')} (stdout)`, stdout);
  listener.look(`${args.join(' ')} (stderr)`, stderr);
  // Nothing is proved by a command that does not know what it is asked.
  expect(stderr, args.join(' ')).not.toMatch(/unknown (command|option)|too many arguments/);
  return status;
}

async function read(repo: ScratchRepo, listener: Listener, rows: 'the first of each' | 'all'): Promise<void> {
  for (const row of Object.values(READS)) {
    if (isElsewhere(row)) continue;
    for (const args of rows === 'all' ? row : row.slice(0, 1)) await run(repo, listener, args);
  }
}

/** Whatever lies anywhere but where a person or the service itself has put the secret. */
function lookAtFiles(repo: ScratchRepo, listener: Listener): void {
  const sources = new Set([...PLANTED.keys()].map(secretFile));
  for (const file of readdirSync(repo.scratch, { recursive: true, encoding: 'utf8' })) {
    const path = join(repo.scratch, file);
    const inRepo = relative(repo.root, path);
    const isOwn = sources.has(inRepo) || /^environments\/.*\.yaml$/.test(inRepo) || /\/log(\.1)?$/.test(path);
    const isGits = /\/\.git\/(objects|index|hooks)/.test(path);
    if (isOwn || isGits || !statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    listener.look(file, readFileSync(path, 'utf8'));
  }
}

function saidByServices({ engineRoot }: ScratchRepo): string {
  const files = readdirSync(engineRoot, { recursive: true, encoding: 'utf8' });
  const logs = files.filter((file) => /\/log(\.1)?$/.test(file));
  return logs.map((file) => readFileSync(join(engineRoot, file), 'utf8')).join('\n');
}

async function ask(socketPath: string, path: string, method: string, patience = 30_000): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  const asked = request({ socketPath, path, method, agent: false }, (response) => {
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('close', () => resolve(text));
  });
  asked.on('error', () => resolve(text)).end();
  const overdue = setTimeout(() => asked.destroy(), patience);
  return promise.finally(() => clearTimeout(overdue));
}

async function end(running: RunningCli, what: string, listener: Listener): Promise<void> {
  running.child.kill('SIGINT');
  const { stdout, stderr } = await running.done;
  listener.look(what, stdout + stderr);
}

describe('secrets in every field that can hold one', () => {
  it('are asked of every command that there is', () => {
    expect(Object.keys(READS).toSorted()).toEqual(COMMANDS.map(({ name }) => name).toSorted());
  });

  it('stand in nothing that is printed, kept or sent, whether all goes well or fails', async () => {
    await using repo = await scratchRepo(secretShop());
    await repo.git('tag', 'first');
    const listener = new Listener();
    const events = repo.start(['events']);
    const followed = repo.start(['drift', 'local', '--watch', '-o', 'json']);
    const logs = repo.start(['logs', '--follow', 'local']);

    expect(await run(repo, listener, ['apply', '--all', '--auto-approve', '--verbose'])).toBe(0);
    await read(repo, listener, 'the first of each');
    await repo.write(secretShop({ team: 'ops' }));
    await repo.commit('another team');
    expect(await run(repo, listener, ['apply', 'local', '--auto-approve', '-o', 'json'])).toBe(0);
    await repo.write(secretShop({ isHealthy: false }));
    const bad = await repo.commit('a gate that does not open');
    expect(await run(repo, listener, ['apply', 'local', '--auto-approve', '-o', 'json'])).toBe(3);
    await run(repo, listener, ['bisect', 'first', bad, 'local', '--auto-approve']);
    await repo.write(secretShop({ isHooked: false }));
    await repo.commit('hooks that fail');
    expect(await run(repo, listener, ['apply', 'local', '--replace', 'web', '--auto-approve', '--verbose'])).toBe(3);
    await repo.write(secretShop({ isStartable: false }));
    await repo.commit('a program that there is not');
    expect(await run(repo, listener, ['apply', 'local', '--auto-approve', '--verbose'])).toBe(3);
    const { 'service.web': web = 0, 'service.side': side = 0 } = await repo.pids();
    for (const pid of [web, side]) if (pid > 0) process.kill(pid, 'SIGKILL');
    await repo.write({ [secretFile(CHANGED)]: OTHER.plain });
    await read(repo, listener, 'all');
    await end(events, 'events', listener);
    await end(followed, 'drift --watch', listener);
    await end(logs, 'logs --follow', listener);
    const said = saidByServices(repo);
    await run(repo, listener, ['stop', 'local']);
    await run(repo, listener, ['destroy', 'local', '--auto-approve', '-o', 'json']);

    lookAtFiles(repo, listener);
    expect(listener.found).toEqual([]);
    // That the services know them, and say so, is what makes the rest worth something.
    expect(find(said).length).toBeGreaterThan(3);
  });

  it('stand in nothing that the daemon says, sends or logs, and on no screen', async () => {
    await using repo = await scratchRepo(secretShop());
    const listener = new Listener();
    const daemon = repo.start(['serve', '--verbose']);
    await daemon.until(/applied at|in sync at/);
    const socket = socketPlaces(repo.root, repo.env)[0] ?? '';
    const stream = ask(socket, '/v1/events', 'GET', 20_000);
    await repo.write(secretShop({ isHealthy: false }));
    await repo.commit('a gate that does not open');
    await daemon.until(/quarantine/i);
    const [source = ''] = /"id":\s*"([^"]+)\/local"/.exec(await ask(socket, '/v1/environments', 'GET'))?.slice(1) ?? [];
    const place = `/v1/environments/${source}/local`;
    for (const path of [
      '/metrics',
      '/v1/environments',
      '/openapi.json',
      place,
      `${place}/freezes`,
      `${place}/logs?address=service.web`,
    ]) {
      listener.look(path, await ask(socket, path, 'GET'));
    }
    for (const path of [`${place}/plan`, `${place}/apply`]) listener.look(path, await ask(socket, path, 'POST'));
    await run(repo, listener, ['status', '--verbose']);
    await run(repo, listener, ['health', '-o', 'json', '--history']);
    await eventually(() => readdirSync(repo.root).includes('notified.log'), 'a notification');
    listener.look('/v1/events', await stream);
    await end(daemon, 'serve', listener);
    const watch = repo.start(['watch', 'local', 'side', '-o', 'json']);
    await watch.until(/reconciled|failed/);
    await repo.write(secretShop({ team: 'ops' }));
    await watch.until(/saved \d+ files[^]*run\.ended/);
    await end(watch, 'watch', listener);

    lookAtFiles(repo, listener);
    expect(listener.found).toEqual([]);
  });

  it('stand on no screen of watch, nor in the log that it shows', async () => {
    await using repo = await scratchRepo(secretShop());
    const listener = new Listener();
    const words = [process.execPath, '--', TRUEUP, 'watch', 'local'].map((word) => `'${word}'`).join(' ');
    const env = { ...repo.env, TERM: 'xterm-256color', SHELL: '/bin/sh' };
    const shell = `stty rows 60 cols 200; ${words}`;
    const child = spawn('script', ['-qec', shell, '/dev/null'], { cwd: repo.root, env, stdio: 'pipe' });
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
    const shows = (pattern: RegExp): Promise<unknown> =>
      eventually(
        () => pattern.test(seen),
        () => `${pattern} on:\n${seen}`,
      );

    await shows(/healthy/);
    child.stdin.write('l');
    await shows(/OWN=/);
    child.stdin.write('q');
    await once(child, 'close');

    listener.look('the screen of watch', seen);
    expect(listener.found).toEqual([]);
  });

  it.each([
    ['a bracket that is not closed', 'TOKEN: { secret: true, value: PLAIN'],
    ['a tab', 'TOKEN: { secret: true,\n\t value: PLAIN }'],
    ['the same key twice', 'TOKEN: { secret: true, value: PLAIN, value: PLAIN }'],
    ['an anchor that there is not', 'TOKEN: { secret: true, value: *PLAIN }'],
    ['no value', 'TOKEN: { secret: PLAIN }'],
    ['a list', 'TOKEN: { secret: true, source: inline, value: [PLAIN] }'],
    ['an interpolation that is none', 'TOKEN: { secret: true, value: "PLAIN ${" }'],
    ['a field where none may stand', 'TOKEN: x\nvariables: { v: { secret: true, value: PLAIN } }\nproject: "${v}"'],
  ])('stand in no message about a mistake: %s', async (_, line) => {
    const { field, plain } = plantedAt('mistake', 0);
    const lines = `environment_variables:\n  ${line.replaceAll('PLAIN', plain)}\n`;
    const manifest = `${lines}services: { web: { process: { command: [run] } } }\n`;
    await using repo = await scratchRepo({ 'environments/local/environment.yaml': manifest });
    const search = leakSearch([{ field, plain }]);

    for (const args of [['validate'], ['plan', '--format', 'sarif'], ['plan', '--verbose']]) {
      const { status, stdout, stderr } = await repo.trueup(args);

      expect(status, stdout + stderr).toBe(65);
      expect(search(stdout + stderr)).toEqual([]);
    }
  });
});
