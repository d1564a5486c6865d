/** Docker Compose, the real one, for what it leaves behind on an engine. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUILT_PROGRAMS, buildPrograms } from './build-programs.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

const COMPOSE = 'v5.0.2';

/** How tests are told why there is none; they are then skipped by name. */
export const COMPOSE_LACKS = 'TRUEUP_TEST_COMPOSE_LACKS';

/** Builds it unless it is there; resolves with a reason where that is impossible here. */
export async function obtainCompose(): Promise<string | null> {
  const module = `github.com/docker/compose/v5/cmd@${COMPOSE}`;
  return buildPrograms([{ name: 'docker-compose', installed: 'cmd', module }]);
}

/** Runs it in a folder, as a person would, with nothing of this machine's configuration. */
export async function compose({ host }: EngineUnderTest, folder: string, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: host };
  const { stdout } = await promisify(execFile)(join(BUILT_PROGRAMS, 'docker-compose'), args, { cwd: folder, env });
  return stdout.trim();
}
