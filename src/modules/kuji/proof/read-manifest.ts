import { KUJI_VERSION, MAX_TICKETS, type Manifest, type ManifestPrize } from './hash-manifest.ts';
import {
  Misfit,
  quote,
  readFields,
  readInteger,
  readList,
  readName,
  readText,
  refuseOtherKeys,
} from './read-fields.ts';

const MANIFEST_KEYS: readonly (keyof Manifest)[] = [
  'version',
  'setId',
  'productId',
  'setNumber',
  'tickets',
  'prizes',
  'lastOne',
  'entropy',
  'ticketPriceCents',
  'currency',
];
const PRIZE_KEYS: readonly (keyof ManifestPrize)[] = ['code', 'tier', 'quantity'];
const WHAT = 'The manifest';
export const MAX_TEXT = 100;

/** @throws Misfit */
export function readManifest(value: unknown): Manifest {
  const fields = readFields(value, WHAT);
  refuseOtherKeys(fields, MANIFEST_KEYS, WHAT);
  if (fields['version'] !== KUJI_VERSION) {
    throw new Misfit(`${WHAT}: "version" is not "${KUJI_VERSION}"; this verifier knows no other.`);
  }
  if (fields['entropy'] !== 'payment') throw new Misfit(`${WHAT}: "entropy" is not "payment".`);
  const manifest: Manifest = {
    version: KUJI_VERSION,
    setId: readName(fields, 'setId', WHAT, MAX_TEXT),
    productId: readName(fields, 'productId', WHAT, MAX_TEXT),
    setNumber: readInteger(fields, 'setNumber', WHAT, 1, 0xffff_ffff),
    tickets: readInteger(fields, 'tickets', WHAT, 1, MAX_TICKETS),
    prizes: readList(fields, 'prizes', WHAT, MAX_TICKETS).map(readPrize),
    lastOne: readText(fields, 'lastOne', WHAT, MAX_TEXT),
    entropy: 'payment',
    ticketPriceCents: readInteger(fields, 'ticketPriceCents', WHAT, 0, Number.MAX_SAFE_INTEGER),
    currency: readName(fields, 'currency', WHAT, MAX_TEXT),
  };
  checkBox(manifest);
  return manifest;
}

function readPrize(value: unknown, index: number): ManifestPrize {
  const what = `Prize ${String(index + 1)} of the manifest`;
  const fields = readFields(value, what);
  refuseOtherKeys(fields, PRIZE_KEYS, what);
  return {
    code: readName(fields, 'code', what, MAX_TEXT),
    tier: readText(fields, 'tier', what, MAX_TEXT),
    quantity: readInteger(fields, 'quantity', what, 0, MAX_TICKETS),
  };
}

/** The parts have to make one box: nothing counted twice, the Last One outside the deck. */
function checkBox({ prizes, tickets, lastOne }: Manifest): void {
  const codes = new Set<string>();
  for (const { code, tier } of prizes) {
    if (codes.has(code)) throw new Misfit(`${WHAT} lists prize ${quote(code)} twice.`);
    if (tier === 'LO') throw new Misfit(`${WHAT} has the Last One prize in the deck.`);
    codes.add(code);
  }
  if (codes.has(lastOne)) throw new Misfit(`${WHAT} has the Last One prize in the deck.`);
  const sum = prizes.reduce((total, { quantity }) => total + quantity, 0);
  if (sum !== tickets) {
    throw new Misfit(
      `${WHAT} promises ${String(tickets)} tickets, but its prizes make ${String(sum)}.`,
    );
  }
}
