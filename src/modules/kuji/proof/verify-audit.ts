import { canonicalJson } from './canonical-json.ts';
import { checkDraws } from './check-draws.ts';
import { checkHeads } from './check-heads.ts';
import { checkHistory, type History } from './check-history.ts';
import { checkLastOne } from './check-last-one.ts';
import { checkReveals } from './check-reveals.ts';
import { commitSeed } from './commit-seed.ts';
import { computeWithWebCrypto } from './compute-with-webcrypto.ts';
import { fromHex, toHex, type Bytes } from './encode-bytes.ts';
import { hashManifest, type Manifest } from './hash-manifest.ts';
import { readAudit, type Audit } from './read-audit.ts';
import { Misfit } from './read-fields.ts';
import { found, recordSteps, type Finding, type Step } from './record-steps.ts';
import { sealDeck, type SealedDeck } from './seal-deck.ts';

/**
 * Verifies a set's audit: contents, seal, deck, history, draws, Last One, revealed prizes. Before the seed is published
 * the deck's steps are marked as skipped.
 *
 * @param input Whatever a file held; nothing about it is trusted.
 * @returns The steps up to the first that does not fit. Never rejects.
 */
export function verifyAudit(input: unknown): Promise<Step[]> {
  return recordSteps(async (take) => {
    const audit = await take('Audit file', () => Promise.resolve(openAudit(input)));
    const { manifest, log } = audit;
    const manifestHash = await take('Manifest', () =>
      compareManifestHash(manifest, audit.manifestHash),
    );
    await take('Commitment', () => compareCommitment(audit, manifestHash));
    const sealed = await take('Deck', () => sealAgain(audit));
    await take('Log chain', async () => {
      const head = await computeWithWebCrypto(checkHeads(manifestHash, audit.root, log));
      return found(`${String(log.length)} entries in an unbroken chain, head ${toHex(head)}.`, {
        'Head after the last entry': toHex(head),
      });
    });
    const history = await take('History', () => Promise.resolve(playHistory(audit)));
    await take('Draws', async () => {
      const freeCounts = await computeWithWebCrypto(checkDraws(manifest.tickets, log));
      return found(`All ${String(freeCounts.length)} numbers follow from their payments.`);
    });
    const award = await take('Last One', () => {
      const standing = checkLastOne(manifest, log);
      const whose = standing === null ? 'Not awarded' : `Held by number ${String(standing.number)}`;
      return Promise.resolve({ detail: `${whose}.`, value: standing });
    });
    await take('Revealed prizes', () => {
      const everythingShown = history.unrevealed === 0 && award?.revealed !== false;
      return Promise.resolve(compareReveals(audit, sealed, history.closed && everythingShown));
    });
  });
}

function openAudit(input: unknown): Finding<Audit> {
  const audit = readAudit(input);
  const { setId, setNumber } = audit.manifest;
  return { detail: `Set ${String(setNumber)}, ${setId}.`, value: audit };
}

/** Also used by `verifyProof`. */
export async function compareManifestHash(
  manifest: Manifest,
  published: string | null,
): Promise<Finding<Bytes>> {
  const hash = await computeWithWebCrypto(hashManifest(manifest));
  if (published !== null && published !== toHex(hash)) {
    throw new Misfit(`The published hash does not belong to this manifest: it is ${toHex(hash)}.`);
  }
  const tickets = `${String(manifest.tickets)} tickets, ${String(manifest.prizes.length)} prizes`;
  return {
    ...found(`${tickets}, hash ${toHex(hash)}.`, {
      'Canonical manifest': canonicalJson(manifest),
      'Manifest hash': toHex(hash),
    }),
    value: hash,
  };
}

/** Before the deck: it costs one hash to see that a seed is not the promised one, and a shuffle to see it in the root. */
async function compareCommitment(
  { manifest, seed, commitment }: Audit,
  manifestHash: Bytes,
): Promise<Finding<null>> {
  if (seed === null) return notYet();
  const made = await computeWithWebCrypto(commitSeed(manifest.setId, manifestHash, fromHex(seed)));
  if (toHex(made) !== commitment) {
    throw new Misfit(
      `The published seed is not the one that was promised at the seal: its commitment is ${toHex(made)}.`,
    );
  }
  return found('The seed is the one that was promised at the seal.', {
    Seed: seed,
    Commitment: commitment,
  });
}

async function sealAgain({ manifest, seed, root }: Audit): Promise<Finding<SealedDeck | null>> {
  if (seed === null) return notYet();
  const sealed = await computeWithWebCrypto(sealDeck(manifest, fromHex(seed)));
  if (sealed.root !== root) {
    throw new Misfit(
      `The seed gives another deck than the sealed one: its root is ${sealed.root}.`,
    );
  }
  return {
    ...found(`The seed gives the sealed deck, root ${root}.`, {
      'Deck, number 1 first': sealed.deck.join(' '),
      Root: root,
    }),
    value: sealed,
  };
}

function playHistory({ manifest, log }: Audit): Finding<History> {
  const history = checkHistory(manifest, log);
  const { draws, voids, free, closed } = history;
  const counts = `${String(draws)} draws, ${String(voids)} taken back, ${String(free)} numbers free`;
  return { detail: `${counts}${closed ? ', closed' : ''}.`, value: history };
}

/** @param finished Closed and every ticket shown: from then on the seed may not be withheld. */
function compareReveals(
  { manifest, log }: Audit,
  sealed: SealedDeck | null,
  finished: boolean,
): Finding<null> {
  if (finished && sealed === null) {
    throw new Misfit(
      'The set is closed and all its tickets are revealed, but the seed is missing.',
    );
  }
  const revealed = checkReveals(manifest, log, sealed?.deck ?? null);
  return found(
    sealed === null
      ? `${String(revealed)} revealed, within the advertised quantities.`
      : `${String(revealed)} revealed, each as the deck has it.`,
  );
}

function notYet(): Finding<null> {
  const detail = 'Not checked: the seed is published after the set has closed.';
  return { detail, value: null, skipped: true };
}
