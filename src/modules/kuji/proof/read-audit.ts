import type { LogEntry } from './chain-log.ts';
import { MAX_TICKETS, type Manifest } from './hash-manifest.ts';
import {
  Misfit,
  quote,
  readBoolean,
  readFields,
  readHex,
  readInteger,
  readList,
  readName,
  readOptionalHex,
  readText,
  refuseOtherKeys,
  type Fields,
} from './read-fields.ts';
import { MAX_TEXT, readManifest } from './read-manifest.ts';

/** Ten entries for each ticket of the largest box; more is not a history but an attempt to keep a verifier busy. */
export const MAX_LOG_ENTRIES = 100_000;
const MAX_REASON = 300;
const MAX_COUNT = 0xffff_ffff;

/** An entry with its place, 1 for the first. */
export type LoggedEntry = {
  readonly place: number;
  readonly entry: LogEntry;
  readonly hash: string;
};

/** What is published about a set, its types checked, its truth not. */
export type Audit = {
  readonly manifest: Manifest;
  /** null where the file leaves it to be computed. */
  readonly manifestHash: string | null;
  readonly commitment: string;
  readonly root: string;
  /** null until the set is closed. */
  readonly seed: string | null;
  readonly log: readonly LoggedEntry[];
};

/** @throws Misfit */
export function readAudit(value: unknown): Audit {
  const what = 'The audit';
  const fields = readFields(value, what);
  return {
    manifest: readManifest(fields['manifest']),
    manifestHash: readOptionalHex(fields, 'manifestHash', what),
    commitment: readHex(fields, 'commitment', what),
    root: readHex(fields, 'root', what),
    seed: readOptionalHex(fields, 'seed', what),
    log: readLog(fields, what),
  };
}

/** @throws Misfit */
export function readLog(fields: Fields, what: string): LoggedEntry[] {
  return readList(fields, 'log', what, MAX_LOG_ENTRIES).map((value, index) => {
    const where = `Entry ${String(index + 1)} of the log`;
    const { hash, ...entry } = readFields(value, where);
    return {
      place: index + 1,
      entry: readEntry(entry, where),
      hash: readHex({ hash }, 'hash', where),
    };
  });
}

function readEntry(fields: Fields, what: string): LogEntry {
  const number = (): number => readInteger(fields, 'number', what, 1, MAX_TICKETS);
  switch (fields['type']) {
    case 'draw':
      refuseOtherKeys(fields, ['type', 'seq', 'number', 'entropy', 'holdSeq'], what);
      return {
        type: 'draw',
        seq: readInteger(fields, 'seq', what, 1, MAX_COUNT),
        number: number(),
        entropy: readHex(fields, 'entropy', what),
        holdSeq: readInteger(fields, 'holdSeq', what, 1, MAX_COUNT),
      };
    case 'void':
      refuseOtherKeys(fields, ['type', 'number', 'returned'], what);
      return {
        type: 'void',
        number: number(),
        returned: readBoolean(fields, 'returned', what),
      };
    case 'reveal':
      refuseOtherKeys(fields, ['type', 'number', 'prizeCode'], what);
      return {
        type: 'reveal',
        number: number(),
        // Not empty: "" stands for "no Last One" in the manifest and would pass for its reveal.
        prizeCode: readName(fields, 'prizeCode', what, MAX_TEXT),
      };
    case 'last_one':
      refuseOtherKeys(fields, ['type', 'number'], what);
      return { type: 'last_one', number: number() };
    case 'closed':
      refuseOtherKeys(fields, ['type', 'reason'], what);
      return { type: 'closed', reason: readText(fields, 'reason', what, MAX_REASON) };
    default:
      throw new Misfit(
        typeof fields['type'] === 'string'
          ? `${what} has an unknown type ${quote(fields['type'])}.`
          : `${what} has no type.`,
      );
  }
}
