/** A call of limactl: the words behind its name. */
export type Command = readonly string[];
