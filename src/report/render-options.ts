/** What every text renderer is told about the place where its text will stand. Renderers return no trailing line break. */

export interface RenderOptions {
  /** Whether the reader's terminal shows colours. */
  readonly color: boolean;
  /** Columns of the terminal; `Number.POSITIVE_INFINITY` where nothing limits a line. */
  readonly width: number;
  /** Rows of the terminal; absent where nobody reads it on a screen. */
  readonly height?: number;
  /** Nothing is shortened or left out. */
  readonly verbose?: boolean;
}
