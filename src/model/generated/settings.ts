/** Made from schemas/settings.json by `npm run generate`: change that file, not this one. */

export type Folder = string;

/**
 * trueup.yaml at the root of a repo: settings of trueup itself.
 */
export interface Settings {
  /**
   * Names this schema, for editors. Has no other effect.
   */
  $schema?: string;
  folders?: Folders;
  reports?: Reports;
}
/**
 * Where things lie, relative to the root of the repo.
 */
export interface Folders {
  /**
   * The folder of the environments.
   */
  environments?: Folder;
  /**
   * Where reports are written.
   */
  reports?: Folder;
  /**
   * What trueup remembers: what was applied, and what was stopped on purpose.
   */
  state?: Folder;
}
/**
 * How reports are kept.
 */
export interface Reports {
  /**
   * So many reports of each kind and environment are kept; older ones are removed.
   */
  keep?: number;
}
