/**
 * What running containers were told of mounted files after they were made: labels cannot change, so it is noted in the
 * user's state folder, one small file a container. Notes help and are never needed: without them a container is told
 * once more. They win over the label that says what the files held at creation.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { errnoOf } from '../../files/errno.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { TrueupError } from '../../model/failure.ts';
import { canonicalJson, isJsonObject, parseJson } from '../../model/json.ts';

/** Digests by container path. */
export type Content = Readonly<Record<string, string>>;

export class ContentNotes {
  readonly #folder: string;

  /** `engine` is the identity of the engine, the same however it is named or reached. */
  constructor(engine: string, environment: NodeJS.ProcessEnv = process.env) {
    const key = createHash('sha256').update(engine).digest('hex').slice(0, 16);
    this.#folder = join(stateHome(environment), 'trueup', 'docker', key, 'content');
  }

  /** All notes of the engine, by container id. */
  async all(): Promise<ReadonlyMap<string, Content>> {
    const ids = (await this.#files()).map((file) => file.slice(0, -'.json'.length));
    const notes = await Promise.all(ids.map(async (id) => [id, await this.of(id)] as const));
    return new Map(notes.flatMap(([id, content]) => (content === null ? [] : [[id, content]])));
  }

  /** `null` where nothing readable is noted. */
  async of(container: string): Promise<Content | null> {
    const text = await readFile(this.#file(container), 'utf8').catch(() => null);
    return text === null ? null : parsed(text);
  }

  /** Adds to what is noted of a container. Throws `state_unwritable`. */
  async add(container: string, content: Content): Promise<void> {
    const file = this.#file(container);
    try {
      await makeFolder(this.#folder);
      await writeFileAtomic(file, `${canonicalJson({ ...(await this.of(container)), ...content })}\n`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TrueupError('state_unwritable', `cannot note what the container ${container} was told: ${reason}`, {
        cause: error,
        fields: { file, errno: errnoOf(error) },
        next: `make ${this.#folder} writable, with space left on its disk`,
      });
    }
  }

  /** Drops the notes of all containers but these. */
  async keepOnly(containers: ReadonlySet<string>): Promise<void> {
    const gone = (await this.#files()).filter((file) => !containers.has(file.slice(0, -'.json'.length)));
    await Promise.all(gone.map((file) => rm(join(this.#folder, file), { force: true })));
  }

  async #files(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => /^[0-9a-f]+\.json$/.test(name));
  }

  #file(container: string): string {
    return join(this.#folder, `${container}.json`);
  }
}

/** As the XDG rules have it, a relative path is ignored. */
function stateHome({ XDG_STATE_HOME: configured = '' }: NodeJS.ProcessEnv): string {
  return isAbsolute(configured) ? configured : join(homedir(), '.local', 'state');
}

function parsed(text: string): Content | null {
  try {
    const value = parseJson(text);
    if (!isJsonObject(value)) return null;
    const entries = Object.entries(value).flatMap(([path, digest]) =>
      typeof digest === 'string' ? [[path, digest] as const] : [],
    );
    return Object.fromEntries(entries);
  } catch {
    return null;
  }
}
