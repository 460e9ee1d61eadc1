import { climbMerklePath, hashLeaf } from './build-merkle-tree.ts';
import { checkDraws } from './check-draws.ts';
import { checkHeads } from './check-heads.ts';
import { checkHistory } from './check-history.ts';
import type { Computation } from './compute-digest.ts';
import { computeWithWebCrypto } from './compute-with-webcrypto.ts';
import { deriveEntropy } from './derive-entropy.ts';
import { fromHex, toHex, type Bytes } from './encode-bytes.ts';
import { pickPosition } from './pick-number.ts';
import type { LoggedEntry } from './read-audit.ts';
import { Misfit, quote } from './read-fields.ts';
import { readProof, readPublishedSet, type Proof, type PublishedSet } from './read-proof.ts';
import { found, recordSteps, type Finding, type Step } from './record-steps.ts';
import { compareManifestHash } from './verify-audit.ts';

/**
 * Verifies one revealed ticket: its prize stood at its number in the sealed deck, and its number follows from its payment.
 *
 * @param proofInput The ticket's proof, from anywhere.
 * @param setInput The set's public page or its audit. Only with a log can the draw be recomputed in full.
 * @param paymentIntentId The buyer's own payment id; without it, the tie between entropy and payment is skipped.
 * @returns The steps up to the first that does not fit. Never rejects.
 */
export function verifyProof(
  proofInput: unknown,
  setInput: unknown,
  paymentIntentId?: string,
): Promise<Step[]> {
  return recordSteps(async (take) => {
    const proof = await take('Proof file', () => Promise.resolve(openProof(proofInput)));
    const set = await take('Set', () => Promise.resolve(openSet(setInput, proof)));
    const manifestHash = await take('Manifest', () =>
      compareManifestHash(set.manifest, set.manifestHash),
    );
    const leaf = await take('Leaf', async () => {
      const { setId, number, prizeCode, salt } = proof;
      const hash = await computeWithWebCrypto(hashLeaf(setId, number, prizeCode, fromHex(salt)));
      return {
        ...found(`Prize ${quote(prizeCode)} at number ${String(number)}: ${toHex(hash)}.`, {
          Salt: salt,
          Leaf: toHex(hash),
        }),
        value: hash,
      };
    });
    await take('Path', () => comparePath(proof, leaf));
    await take('Payment', () => comparePayment(proof, paymentIntentId));
    await take('Draw', () =>
      set.log === null ? estimateDraw(proof) : replayDraw(proof, manifestHash, set.log, set),
    );
  });
}

function openProof(input: unknown): Finding<Proof> {
  const proof = readProof(input);
  const digits = String(proof.number).padStart(4, '0');
  if (!proof.ticketNumber.endsWith(`-${digits}`)) {
    throw new Misfit(`Ticket ${quote(proof.ticketNumber)} is not number ${String(proof.number)}.`);
  }
  return { detail: `Ticket ${quote(proof.ticketNumber)}.`, value: proof };
}

/** The proof has to speak of this very box; a self-made root would prove anything. */
function openSet(input: unknown, proof: Proof): Finding<PublishedSet> {
  const set = readPublishedSet(input);
  const { manifest } = set;
  if (proof.setId !== manifest.setId) throw new Misfit('The proof belongs to another set.');
  if (proof.root !== set.root) throw new Misfit('The proof belongs to another seal of the set.');
  if (proof.tickets !== manifest.tickets) {
    throw new Misfit(`The box has ${String(manifest.tickets)} tickets, the proof says otherwise.`);
  }
  if (proof.number > manifest.tickets) {
    throw new Misfit(`Number ${String(proof.number)} is not in the box.`);
  }
  if (!manifest.prizes.some(({ code, quantity }) => code === proof.prizeCode && quantity > 0)) {
    throw new Misfit(`The box has no prize ${quote(proof.prizeCode)}.`);
  }
  return { detail: `Set ${String(manifest.setNumber)}, ${manifest.setId}.`, value: set };
}

async function comparePath(proof: Proof, leaf: Bytes): Promise<Finding<null>> {
  const path = proof.path.map(fromHex);
  const root = await computeWithWebCrypto(climbMerklePath(leaf, proof.number, proof.tickets, path));
  if (root === null) throw new Misfit('The path has the wrong length for this number.');
  if (toHex(root) !== proof.root) {
    throw new Misfit(`The path does not lead to the sealed root: it leads to ${toHex(root)}.`);
  }
  return found(`${String(path.length)} steps lead to the sealed root ${proof.root}.`, {
    'Neighbours, lowest first': proof.path.join(' '),
    Root: proof.root,
  });
}

async function comparePayment(
  proof: Proof,
  paymentIntentId: string | undefined,
): Promise<Finding<null>> {
  if (paymentIntentId === undefined) {
    return {
      detail: 'Not checked: only the buyer knows the payment id.',
      value: null,
      skipped: true,
    };
  }
  const entropy = await computeWithWebCrypto(deriveEntropy(proof.setId, paymentIntentId));
  if (toHex(entropy) !== proof.entropy) {
    throw new Misfit(`The entropy does not come from this payment: it would be ${toHex(entropy)}.`);
  }
  return found('The entropy comes from this payment.', {
    'Payment id': paymentIntentId,
    Entropy: proof.entropy,
  });
}

/** Without the log: k numbers are free below the drawn one and the rest above it, which leaves a range. */
async function estimateDraw(proof: Proof): Promise<Finding<null>> {
  const { number, tickets, freeCount } = proof;
  if (freeCount > tickets) throw new Misfit('More numbers are said to be free than the box has.');
  const position = await computeWithWebCrypto(pickProofPosition(proof));
  const lowest = position + 1;
  const highest = tickets - (freeCount - 1 - position);
  if (number < lowest || number > highest) {
    throw new Misfit(`The payment cannot give number ${String(number)}.`);
  }
  const place = `free number ${String(position + 1)} of ${String(freeCount)}`;
  return found(
    lowest === highest
      ? `The payment gives ${place}, which is number ${String(number)}.`
      : `The payment gives ${place}; the set's log shows which number that was.`,
    evidenceOfDraw(proof),
  );
}

async function replayDraw(
  proof: Proof,
  manifestHash: Bytes,
  log: readonly LoggedEntry[],
  { manifest, root }: PublishedSet,
): Promise<Finding<null>> {
  await computeWithWebCrypto(checkHeads(manifestHash, root, log));
  checkHistory(manifest, log);
  const freeCounts = await computeWithWebCrypto(checkDraws(manifest.tickets, log));
  const draw = log.find(({ entry }) => entry.type === 'draw' && entry.seq === proof.seq)?.entry;
  if (draw?.type !== 'draw') {
    throw new Misfit(`The log has no draw ${String(proof.seq)}. Is it older than the ticket?`);
  }
  if (draw.number !== proof.number || draw.entropy !== proof.entropy) {
    throw new Misfit(`Draw ${String(proof.seq)} of the log was another ticket's.`);
  }
  if (freeCounts[proof.seq - 1] !== proof.freeCount) {
    throw new Misfit(
      `${String(freeCounts[proof.seq - 1])} numbers were free before this draw, not ${String(proof.freeCount)}.`,
    );
  }
  return found(
    `Draw ${String(proof.seq)}, with ${String(proof.freeCount)} numbers free, gives number ${String(proof.number)}.`,
    evidenceOfDraw(proof),
  );
}

function evidenceOfDraw({ entropy, seq, freeCount }: Proof): Record<string, string> {
  return { Entropy: entropy, 'Draw of the box': String(seq), 'Free numbers': String(freeCount) };
}

function pickProofPosition({ entropy, seq, freeCount }: Proof): Computation<number> {
  return pickPosition(fromHex(entropy), seq, freeCount);
}
