/** The entries of an archive that is being read, one after the other. */
import type { Readable } from 'node:stream';
import type { Extract, Headers } from 'tar-stream';

/** An entry is over once its visit is; what a visit throws ends the reading. Contents that are left unread are passed over. */
export function visitEntries(extraction: Extract, visit: (header: Headers, content: Readable) => Promise<void>): void {
  extraction.on('entry', (header: Headers, content: Readable, next: (error?: unknown) => void) => {
    void visited(header, content, next);
  });

  async function visited(header: Headers, content: Readable, next: (error?: unknown) => void): Promise<void> {
    try {
      await visit(header, content);
    } catch (error) {
      next(error);
      return;
    }
    content.resume();
    next();
  }
}
