import { canonicalJson } from './canonical-json.ts';
import { sha256, type Computation } from './compute-digest.ts';
import { lengthPrefixed, utf8, type Bytes } from './encode-bytes.ts';

export const KUJI_VERSION = 'kuji/1';

/** Ticket texts have four digits. The bound also keeps a hostile audit file from occupying its verifier for hours. */
export const MAX_TICKETS = 9_999;

export type ManifestPrize = {
  readonly code: string;
  readonly tier: string;
  /** Tickets of this prize in the box at the seal, 0 when a partly sold paper box has none left. */
  readonly quantity: number;
};

/** The public contents of a box. */
export type Manifest = {
  readonly version: typeof KUJI_VERSION;
  readonly setId: string;
  readonly productId: string;
  readonly setNumber: number;
  /** N: sum of the quantities. */
  readonly tickets: number;
  /** In display order; the shuffle starts from it. Never the Last One. */
  readonly prizes: readonly ManifestPrize[];
  /** Code of the Last One prize, or "" when the box has none. */
  readonly lastOne: string;
  readonly entropy: 'payment';
  readonly ticketPriceCents: number;
  readonly currency: string;
};

export function hashManifest(manifest: Manifest): Computation<Bytes> {
  return sha256(utf8('kuji/1 manifest'), lengthPrefixed(canonicalJson(manifest)));
}
