import { awardLastOne } from '../proof/award-last-one.ts';
import { extendLog, startLog, type LogEntry } from '../proof/chain-log.ts';
import { sha256 } from '../proof/compute-digest.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import { deriveEntropy } from '../proof/derive-entropy.ts';
import { fromHex, toHex, utf8, type Bytes } from '../proof/encode-bytes.ts';
import type { Manifest } from '../proof/hash-manifest.ts';
import { pickPosition } from '../proof/pick-number.ts';
import { sealDeck, type SealedDeck } from '../proof/seal-deck.ts';

export type PublishedEntry = LogEntry & { hash: string };

/** An audit as the API publishes it. */
export type PublishedAudit = {
  manifest: Manifest;
  manifestHash: string;
  commitment: string;
  root: string;
  seed?: string;
  log: PublishedEntry[];
};

/** 32 bytes that are the same in every run. */
export function fixedSeed(name: string): Bytes {
  return computeWithNode(sha256(utf8(name)));
}

export function aManifest(quantities: readonly number[], lastOne = 'LO'): Manifest {
  return {
    version: 'kuji/1',
    setId: '0192f0c1-0000-7000-8000-000000000001',
    productId: '0192f0c1-0000-7000-8000-0000000000aa',
    setNumber: 1,
    tickets: quantities.reduce((sum, quantity) => sum + quantity, 0),
    prizes: quantities.map((quantity, i) => {
      const code = String.fromCharCode(65 + i);
      return { code, tier: code, quantity };
    }),
    lastOne,
    entropy: 'payment',
    ticketPriceCents: 1500,
    currency: 'CAD',
  };
}

type Sold = { number: number; seq: number; holdSeq: number; revealed: boolean };

/** An honest shop in memory: sells, opens and refunds tickets of one set and writes its log. */
export class PlayedSet {
  readonly manifest: Manifest;
  readonly sealed: SealedDeck;
  readonly #seed: Bytes;
  #free: number[];
  #sold: Sold[] = [];
  #draws = 0;
  #entries: LogEntry[] = [];
  #lastOne: { number: number; revealed: boolean } | null = null;

  constructor(manifest: Manifest, seed: Bytes) {
    this.manifest = manifest;
    this.#seed = seed;
    this.sealed = computeWithNode(sealDeck(manifest, seed));
    this.#free = this.sealed.deck.map((_, index) => index + 1);
  }

  get freeCount(): number {
    return this.#free.length;
  }

  get soldNumbers(): number[] {
    return this.#sold.map(({ number }) => number);
  }

  /** Draws at most what is left, and awards the Last One when the box is empty. Returns the numbers. */
  buy(paymentIntentId: string, quantity: number, holdSeq: number): number[] {
    const entropy = computeWithNode(deriveEntropy(this.manifest.setId, paymentIntentId));
    const numbers: number[] = [];
    while (numbers.length < quantity && this.#free.length > 0) {
      const seq = (this.#draws += 1);
      const at = computeWithNode(pickPosition(entropy, seq, this.#free.length));
      const [number = 0] = this.#free.splice(at, 1);
      numbers.push(number);
      this.#sold.push({ number, seq, holdSeq, revealed: false });
      this.#entries.push({ type: 'draw', seq, number, entropy: toHex(entropy), holdSeq });
    }
    this.#awardIfSoldOut();
    return numbers;
  }

  reveal(number: number): void {
    const ticket = this.#sold.find((sold) => sold.number === number);
    const prizeCode = this.sealed.deck[number - 1] ?? '';
    if (ticket && !ticket.revealed) {
      ticket.revealed = true;
      this.#entries.push({ type: 'reveal', number, prizeCode });
    } else if (this.#lastOne?.number === number && !this.#lastOne.revealed) {
      this.#lastOne.revealed = true;
      this.#entries.push({ type: 'reveal', number, prizeCode: this.manifest.lastOne });
    }
  }

  refund(number: number): void {
    const ticket = this.#sold.find((sold) => sold.number === number);
    if (!ticket) return;
    this.#sold = this.#sold.filter((sold) => sold !== ticket);
    this.#entries.push({ type: 'void', number, returned: !ticket.revealed });
    if (ticket.revealed) return;
    this.#free = [...this.#free, number].sort((a, b) => a - b);
    if (this.#lastOne?.revealed === false) this.#lastOne = null;
  }

  /** Shows everything that is left, as the closing job does. */
  close(): void {
    for (const { number } of [...this.#sold]) this.reveal(number);
    if (this.#lastOne) this.reveal(this.#lastOne.number);
    this.#entries.push({ type: 'closed', reason: 'sold out' });
  }

  publish(options: { withSeed: boolean }): PublishedAudit {
    const { manifestHash, commitment, root } = this.sealed;
    const seed = options.withSeed ? { seed: toHex(this.#seed) } : {};
    const audit = { manifest: this.manifest, manifestHash, commitment, root, ...seed, log: [] };
    return withLog(audit, this.#entries);
  }

  #awardIfSoldOut(): void {
    if (this.#free.length > 0 || this.#lastOne || this.manifest.lastOne === '') return;
    const winner = awardLastOne(this.#sold);
    if (!winner) return;
    this.#lastOne = { number: winner.number, revealed: false };
    this.#entries.push({ type: 'last_one', number: winner.number });
  }
}

/** The audit with another history, its hashes made to fit: what a forger would publish. */
export function withLog(audit: PublishedAudit, entries: readonly LogEntry[]): PublishedAudit {
  let head = computeWithNode(startLog(fromHex(audit.manifestHash), fromHex(audit.root)));
  const log = entries.map((entry) => {
    head = computeWithNode(extendLog(head, entry));
    return { ...entry, hash: toHex(head) };
  });
  return { ...audit, log };
}

/** Entries without their hashes. */
export function entriesOf({ log }: PublishedAudit): LogEntry[] {
  return log.map((published) => {
    const { hash, ...entry } = published;
    if (hash === '') throw new Error('An entry was published without its hash.');
    return entry;
  });
}
