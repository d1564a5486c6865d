/** What the server writes into the metadata of an object whenever it is touched: nobody's wish. */
export const BOOKKEEPING: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'generation']);
