/** Who the command runs as, and where. */
import type { ContainerConfig } from '../api/wire.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { FieldGroup } from './group.ts';
import { textAt } from './parts.ts';
import { tidyPath } from './paths.ts';

const USER = ['container', 'user'] as const;
const WORKING_DIR = ['container', 'working_dir'] as const;

export const user: FieldGroup = {
  fields: [USER, WORKING_DIR],
  imageDefaults: true,

  request(config) {
    const [name, folder] = [textAt(config, ...USER), textAt(config, ...WORKING_DIR)];
    return { config: { ...(name === null ? {} : { User: name }), ...(folder === null ? {} : { WorkingDir: folder }) } };
  },

  read({ Config }, { image }) {
    return { configured: settingsOf(Config), defaults: settingsOf(image?.Config ?? {}) };
  },
};

/** The engine's own word for nobody in particular and nowhere in particular is an empty text. */
function settingsOf({ User = '', WorkingDir = '' }: ContainerConfig): JsonObject {
  return {
    container: { user: User === '' ? null : User, working_dir: WorkingDir === '' ? '/' : tidyPath(WorkingDir) },
  };
}
