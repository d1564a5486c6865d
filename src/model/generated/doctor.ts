/** Made from schemas/doctor.json by `npm run generate`: change that file, not this one. */

/**
 * Whether this machine and this repo have what trueup needs.
 */
export interface Doctor {
  /**
   * Major and minor version of this format. Readers ignore keys they do not know and refuse a major they do not know.
   */
  format_version: '1.0';
  /**
   * Whether no check ended in an error.
   */
  healthy: boolean;
  checks: {
    /**
     * What was looked at.
     */
    name: string;
    status: 'ok' | 'warning' | 'error';
    /**
     * What was found.
     */
    summary: string;
    /**
     * What to do about it.
     */
    next: string | null;
  }[];
}
