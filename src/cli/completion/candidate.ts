/** One way to go on with a half-written command line. */
export interface Candidate {
  readonly value: string;
  /** For shells that show one; may be empty. */
  readonly description: string;
}
