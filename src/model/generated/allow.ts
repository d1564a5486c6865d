/** Made from schemas/allow.json by `npm run generate`: change that file, not this one. */

export type Count = number;
export type Size = string | number;
/**
 * A list of the values that are allowed, `text` for any text, or a map that says more.
 */
export type Rule =
  | (string | number | boolean)[]
  | string
  | {
      /**
       * The values that are allowed.
       */
      one_of?: (string | number | boolean)[];
      /**
       * A regular expression that the whole value matches.
       */
      pattern?: string;
      /**
       * Texts have at most so many characters. Default: 16384.
       */
      longest?: number;
      /**
       * The least of a size, a duration or a number.
       */
      at_least?: string | number;
      /**
       * The most of a size, a duration or a number.
       */
      at_most?: string | number;
      /**
       * A regular expression that the whole key matches which `*` at the end of the field stands for.
       */
      names?: string;
      /**
       * Whether it must be given, because its default is not allowed.
       */
      required?: boolean;
      /**
       * What to write instead, for people.
       */
      advice?: string;
    };

/**
 * What a repo that is not the operator's may declare: the fields listed here, with these values, and nothing else.
 */
export interface Allow {
  /**
   * Names this schema, for editors. Has no other effect.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  format_version: 1;
  /**
   * `default` takes what trueup's own policy says wherever this file says nothing else. Without it this file is all that holds.
   */
  extends?: 'default';
  /**
   * Variables that such a repo may read from --var and from the environment of trueup. Its own need not be listed.
   */
  variables?: string[];
  /**
   * How files and folders of the clone may be mounted. Nothing outside of it ever is.
   */
  binds?: 'none' | 'read_only' | 'read_write';
  limits?: Limits;
  /**
   * By field, such as `services.*.container.image`, what its value may be. `*` stands for any key or item. null takes back what is inherited.
   */
  fields?: {
    [k: string]: Rule;
  };
}
/**
 * How much of everything; each is of one environment unless it says otherwise.
 */
export interface Limits {
  /**
   * Environments of the repo.
   */
  environments?: Count;
  /**
   * Files that are read of the repo.
   */
  files?: Count;
  /**
   * The size of each file that is read.
   */
  file_size?: Size;
  /**
   * The size of all files of the repo that are read for one look.
   */
  total_size?: Size;
  /**
   * Services.
   */
  services?: Count;
  /**
   * Volumes.
   */
  volumes?: Count;
  /**
   * Networks.
   */
  networks?: Count;
  /**
   * Published ports, of all services together.
   */
  ports?: Count;
  /**
   * Endpoints that are probed, of all services together.
   */
  endpoints?: Count;
  /**
   * Entries of any other list or map.
   */
  entries?: Count;
  /**
   * The memory limits of all services together.
   */
  memory?: Size;
  /**
   * The processor limits of all services together.
   */
  cpus?: number;
}
