import { MAX_TICKETS, type Manifest } from './hash-manifest.ts';
import { readLog, type LoggedEntry } from './read-audit.ts';
import {
  asHex,
  readFields,
  readHex,
  readInteger,
  readList,
  readOptionalHex,
  readText,
} from './read-fields.ts';
import { MAX_TEXT, readManifest } from './read-manifest.ts';

/** A path through 9,999 leaves has at most 14 steps. */
const MAX_PATH = 14;

/** What the owner of a revealed ticket is given. Hashes are hex; the payment's id is not part of it. */
export type Proof = {
  readonly setId: string;
  readonly ticketNumber: string;
  readonly number: number;
  /** N, which the path cannot be followed without. */
  readonly tickets: number;
  readonly prizeCode: string;
  readonly salt: string;
  /** Lowest neighbour first. */
  readonly path: readonly string[];
  readonly root: string;
  readonly entropy: string;
  readonly seq: number;
  /** Free numbers just before this draw. */
  readonly freeCount: number;
};

/** The public side of a set, from its page or its audit. Without a log less can be checked. */
export type PublishedSet = {
  readonly manifest: Manifest;
  readonly manifestHash: string | null;
  readonly root: string;
  readonly log: readonly LoggedEntry[] | null;
};

/** @throws Misfit */
export function readProof(value: unknown): Proof {
  const what = 'The proof';
  const fields = readFields(value, what);
  return {
    setId: readText(fields, 'setId', what, MAX_TEXT),
    ticketNumber: readText(fields, 'ticketNumber', what, MAX_TEXT),
    number: readInteger(fields, 'number', what, 1, MAX_TICKETS),
    tickets: readInteger(fields, 'tickets', what, 1, MAX_TICKETS),
    prizeCode: readText(fields, 'prizeCode', what, MAX_TEXT),
    salt: readHex(fields, 'salt', what),
    path: readList(fields, 'path', what, MAX_PATH).map((node) =>
      asHex(node, `${what}: a node of "path"`),
    ),
    root: readHex(fields, 'root', what),
    entropy: readHex(fields, 'entropy', what),
    seq: readInteger(fields, 'seq', what, 1, 0xffff_ffff),
    freeCount: readInteger(fields, 'freeCount', what, 1, MAX_TICKETS),
  };
}

/** @throws Misfit */
export function readPublishedSet(value: unknown): PublishedSet {
  const what = 'The set';
  const fields = readFields(value, what);
  return {
    manifest: readManifest(fields['manifest']),
    manifestHash: readOptionalHex(fields, 'manifestHash', what),
    root: readHex(fields, 'root', what),
    // The set's page only tells the log's length and head there; the draw step says what it could check.
    log: Array.isArray(fields['log']) ? readLog(fields, what) : null,
  };
}
