import { canonicalJson } from './canonical-json.ts';
import { sha256, type Computation } from './compute-digest.ts';
import { lengthPrefixed, utf8, type Bytes } from './encode-bytes.ts';

/** A ticket was given its number. `seq` counts the set's draws, `holdSeq` the order in which tickets left the board. */
export type DrawEntry = {
  readonly type: 'draw';
  readonly seq: number;
  readonly number: number;
  /** Hex. */
  readonly entropy: string;
  readonly holdSeq: number;
};

/** A drawn ticket was taken back; `returned` tells whether its number went back into the box. */
export type VoidEntry = {
  readonly type: 'void';
  readonly number: number;
  readonly returned: boolean;
};

/** A prize was shown. The Last One prize has an entry of its own, with its own code. */
export type RevealEntry = {
  readonly type: 'reveal';
  readonly number: number;
  readonly prizeCode: string;
};

export type LastOneEntry = { readonly type: 'last_one'; readonly number: number };
export type ClosedEntry = { readonly type: 'closed'; readonly reason: string };

/** Public history of a set. Never personal data: it cannot be taken out of the chain again. */
export type LogEntry = DrawEntry | VoidEntry | RevealEntry | LastOneEntry | ClosedEntry;

/** Head 0: ties the history to this box and this deck. */
export function startLog(manifestHash: Bytes, root: Bytes): Computation<Bytes> {
  return sha256(utf8('kuji/1 log'), manifestHash, root);
}

/** The head after an entry. */
export function extendLog(head: Bytes, entry: LogEntry): Computation<Bytes> {
  return sha256(head, lengthPrefixed(canonicalJson(entry)));
}
