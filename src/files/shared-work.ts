/**
 * Work that answers all who asked before it began, by key: many who ask at once cost as much as two. Whoever asks while it
 * is under way gets the next one, so that it covers all that they did before they asked. Nothing is kept while nobody asks.
 */

export function sharedWork(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const waiting = new Map<string, Promise<void>>();
  const running = new Map<string, Promise<void>>();

  async function begin(key: string): Promise<void> {
    await running.get(key)?.catch(() => undefined);
    waiting.delete(key);
    const mine = work(key);
    running.set(key, mine);
    try {
      await mine;
    } finally {
      if (running.get(key) === mine) running.delete(key);
    }
  }

  return (key) => {
    const known = waiting.get(key);
    if (known !== undefined) return known;
    const next = begin(key);
    waiting.set(key, next);
    return next;
  };
}
