import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonArray, memberAt, parseJson, scalarText } from '../../src/model/json.ts';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';

const FILE = 'environments/local/environment.yaml';
const TOKEN = 'correct-horse-battery';

/** `web` is ill while the file is there, and says a secret then; `api` is as its endpoint answers; `idle` has no check. */
function manifest(flag: string, port: number): string {
  return `
name: local
environment_variables:
  TOKEN: { secret: true, source: inline, value: ${TOKEN} }
services:
  web:
    process: { command: [sleep, "1000"] }
    health_check:
      test: [CMD-SHELL, 'test ! -e ${flag} || { echo "refused $$TOKEN"; exit 3; }']
      interval: 5s
      timeout: 5s
      retries: 2
  api:
    process: { command: [sleep, "1000"] }
    health_check:
      endpoints: [{ url: "http://localhost:${port}/health", timeout_ms: 5000 }]
      interval: 5s
      timeout: 5s
      retries: 2
  idle: { process: { command: [sleep, "1000"] } }
`;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address.port;
}

async function healthOf(repo: ScratchRepo, ...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await repo.trueup(['health', ...args, '--no-report', '--output', 'json']);
  const services = memberAt(parseJson(stdout), 'services');
  return Object.fromEntries(
    (isJsonArray(services) ? services : []).map((service) => [
      scalarText(memberAt(service, 'address')),
      scalarText(memberAt(service, 'status')),
    ]),
  );
}

describe('a daemon between passes', () => {
  it.each(['serve', 'watch'])(
    'of trueup %s finds what becomes unhealthy, says so, and when it is well again',
    async (command) => {
      let status = 200;
      await using opened = new AsyncDisposableStack();
      const server = createServer((_request, response) => response.writeHead(status).end('{}'));
      opened.defer(() => void server.close());
      const port = await listening(server);
      await using repo = await scratchRepo({});
      const flag = join(repo.root, '..', 'ill');
      await repo.write({ [FILE]: manifest(flag, port) });
      await repo.commit();
      const daemon = repo.start([command]);
      await daemon.until(/applied at/);
      await eventually(async () => {
        const found = await healthOf(repo);
        return found['service.web'] === 'healthy' && found['service.api'] === 'healthy' ? found : null;
      }, 'both to be healthy');

      writeFileSync(flag, '');
      status = 503;
      await daemon.until(/ service\.web is unhealthy: .*status 3: refused/);
      await daemon.until(/ service\.api is unhealthy: .*HTTP 503, expected 200/);
      await eventually(async () => {
        const found = await healthOf(repo);
        return found['service.web'] === 'unhealthy' && found['service.api'] === 'unhealthy' ? found : null;
      }, 'both to be unhealthy');

      rmSync(flag);
      status = 200;
      await daemon.until(/degraded → healthy/);
      await eventually(async () => {
        const found = await healthOf(repo, '--history');
        return found['service.web'] === 'healthy' && found['service.api'] === 'healthy' ? found : null;
      }, 'both to be healthy again');

      daemon.child.kill('SIGINT');
      const { stdout, stderr } = await daemon.done;
      const { stdout: history } = await repo.trueup(['health', '--history', '--no-report']);
      expect(history).toMatch(/service\.web +healthy → unhealthy/);
      expect(history).toMatch(/service\.api +unhealthy → healthy/);
      const passes = `${stdout}${stderr}`.match(/applied at/g);
      expect(passes).toHaveLength(1);
      expect(`${stdout}${stderr}${history}`).not.toContain(TOKEN);
    },
  );
});
