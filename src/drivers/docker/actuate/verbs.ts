/** Every verb, and what carries it out. */
import type { Verb } from '../steps/verbs.ts';
import { discardAside } from './discard-aside.ts';
import { note, rename, signal, update } from './alter.ts';
import { connect, disconnect } from './attachments.ts';
import { create } from './create.ts';
import { pull } from './image-verbs.ts';
import { createNetwork, removeNetwork } from './networks.ts';
import { restore } from './restore.ts';
import { setAside } from './set-aside.ts';
import { resume, start } from './start.ts';
import { remove, stop } from './stop.ts';
import { takeOver } from './take-over.ts';
import type { VerbHandler } from './verb.ts';
import { copyVolume, settleVolume } from './volume-copy.ts';
import { createVolume, removeVolume } from './volumes.ts';

export const HANDLERS: Readonly<Record<Verb, VerbHandler>> = {
  create,
  start,
  resume,
  stop,
  update,
  signal,
  note,
  rename,
  remove,
  connect,
  disconnect,
  set_aside: setAside,
  take_over: takeOver,
  discard_aside: discardAside,
  restore,
  create_network: createNetwork,
  remove_network: removeNetwork,
  create_volume: createVolume,
  copy_volume: copyVolume,
  settle_volume: settleVolume,
  remove_volume: removeVolume,
  pull,
};
