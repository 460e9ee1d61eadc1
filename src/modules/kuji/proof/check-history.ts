import type { DrawEntry, RevealEntry, VoidEntry } from './chain-log.ts';
import type { Manifest } from './hash-manifest.ts';
import type { LoggedEntry } from './read-audit.ts';
import { Misfit } from './read-fields.ts';

/** `seen`: drawn and revealed. `burned`: seen, then taken back; it never returns to the box. */
type NumberState = 'free' | 'drawn' | 'seen' | 'burned';

export type History = {
  readonly draws: number;
  readonly voids: number;
  /** Numbers with an owner whose prize was not shown yet. */
  readonly unrevealed: number;
  readonly free: number;
  readonly closed: boolean;
};

/**
 * Plays the log and refuses what could not have happened: a number sold twice, a gap in the draws, a revealed
 * number going back, a sale after the close. Which number a draw had to give is `checkDraws`'s question, and the
 * Last One is `checkLastOne`'s.
 *
 * @throws Misfit
 */
export function checkHistory(manifest: Manifest, log: readonly LoggedEntry[]): History {
  const play = new HistoryPlay(manifest);
  for (const logged of log) {
    try {
      play.take(logged);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      const { place, entry } = logged;
      throw new Misfit(`Entry ${String(place)} (${entry.type}): ${error.message}`);
    }
  }
  return play.summary();
}

class HistoryPlay {
  readonly #manifest: Manifest;
  readonly #numbers: NumberState[];
  readonly #entropies = new Set<string>();
  #lastEntropy = '';
  #draws = 0;
  #voids = 0;
  #closed = false;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.#numbers = Array<NumberState>(manifest.tickets).fill('free');
  }

  take({ entry }: LoggedEntry): void {
    // Tickets may be opened or refunded after the sale ended; nothing may be sold or awarded.
    if (this.#closed && entry.type !== 'reveal' && entry.type !== 'void') {
      throw new Misfit('the set was already closed.');
    }
    switch (entry.type) {
      case 'draw':
        this.#draw(entry);
        break;
      case 'void':
        this.#void(entry);
        break;
      case 'reveal':
        this.#reveal(entry);
        break;
      case 'last_one':
        break;
      case 'closed':
        this.#closed = true;
        break;
      default:
        entry satisfies never;
    }
  }

  summary(): History {
    const count = (wanted: NumberState): number =>
      this.#numbers.filter((state) => state === wanted).length;
    return {
      draws: this.#draws,
      voids: this.#voids,
      unrevealed: count('drawn'),
      free: count('free'),
      closed: this.#closed,
    };
  }

  #draw({ seq, number, entropy }: DrawEntry): void {
    if (seq !== this.#draws + 1) {
      throw new Misfit(`it is draw ${String(this.#draws + 1)}, but its seq is ${String(seq)}.`);
    }
    if (this.#stateOf(number) !== 'free') {
      throw new Misfit(`number ${String(number)} was not free.`);
    }
    // One payment draws once. Coming back with it later would let a shop choose the moment, and so the number.
    if (entropy !== this.#lastEntropy && this.#entropies.has(entropy)) {
      throw new Misfit('its payment already drew its tickets earlier.');
    }
    this.#entropies.add(entropy);
    this.#lastEntropy = entropy;
    this.#draws += 1;
    this.#set(number, 'drawn');
  }

  #void({ number, returned }: VoidEntry): void {
    const state = this.#stateOf(number);
    if (state !== 'drawn' && state !== 'seen') {
      throw new Misfit(`number ${String(number)} was not sold.`);
    }
    if (returned && state === 'seen') {
      throw new Misfit(`number ${String(number)} was revealed and may not go back into the box.`);
    }
    if (!returned && state === 'drawn') {
      throw new Misfit(
        `number ${String(number)} was not revealed and had to go back into the box.`,
      );
    }
    this.#voids += 1;
    this.#set(number, returned ? 'free' : 'burned');
  }

  #reveal({ number, prizeCode }: RevealEntry): void {
    const state = this.#stateOf(number);
    if (prizeCode === this.#manifest.lastOne) return;
    if (state === 'seen') throw new Misfit(`number ${String(number)} was already revealed.`);
    if (state !== 'drawn') throw new Misfit(`number ${String(number)} was not sold.`);
    this.#set(number, 'seen');
  }

  #stateOf(number: number): NumberState {
    const state = this.#numbers[number - 1];
    if (state === undefined) {
      throw new Misfit(
        `number ${String(number)} is not in a box of ${String(this.#manifest.tickets)} tickets.`,
      );
    }
    return state;
  }

  #set(number: number, state: NumberState): void {
    this.#numbers[number - 1] = state;
  }
}
