import type { Step } from '../../proof/record-steps.ts';
import { readProof, type Proof } from '../../proof/read-proof.ts';
import { findElement, makeElement } from './find-element.ts';
import type { Verdict } from './judge-steps.ts';
import { showSteps } from './show-steps.ts';
import type { Material } from './sort-json.ts';

const SIGNS = { good: '✓', bad: '✗', open: '…', busy: '…' } as const;

/** The verdict, where a screen reader tells it by itself. */
export function showVerdict(verdict: Omit<Verdict, 'state'> & { state: keyof typeof SIGNS }): void {
  const { state, headline, text } = verdict;
  const box = findElement('verdict', HTMLDivElement);
  box.dataset['state'] = state;
  const sign = makeElement('span', 'sign', SIGNS[state]);
  sign.setAttribute('aria-hidden', 'true');
  const words = makeElement('div', '');
  words.append(makeElement('strong', '', headline), makeElement('p', '', text));
  box.replaceChildren(sign, words);
}

/** Steps of the ticket; nothing where there is no proof. */
export function showTicket(steps: readonly Step[] | null, { proof }: Material): void {
  findElement('ticket', HTMLElement).hidden = steps === null;
  findElement('payment', HTMLFormElement).hidden = steps === null;
  const facts = findElement('facts', HTMLDListElement);
  // Only what the verifier could read; it says itself what it could not.
  const isReadable = steps?.some(({ name, ok }) => name === 'Proof file' && ok) === true;
  facts.hidden = !isReadable;
  facts.replaceChildren(...(isReadable ? renderFacts(readProof(proof)) : []));
  showSteps(findElement('ticket-steps', HTMLOListElement), steps ?? []);
}

/** Steps of the whole box; nothing where there is no history. */
export function showBox(steps: readonly Step[] | null): void {
  findElement('box', HTMLElement).hidden = steps === null;
  showSteps(findElement('box-steps', HTMLOListElement), steps ?? []);
}

/** Which buttons have something to save. */
export function offerFiles({ proof, audit }: Material): void {
  findElement('save-proof', HTMLButtonElement).disabled = proof === undefined;
  findElement('save-audit', HTMLButtonElement).disabled = audit === undefined;
}

function renderFacts({ ticketNumber, number, tickets, prizeCode }: Proof): HTMLElement[] {
  return [
    renderFact('Ticket', ticketNumber),
    renderFact('Number', `${number} of ${tickets}`),
    renderFact('Prize', prizeCode),
  ];
}

function renderFact(name: string, value: string): HTMLElement {
  const fact = makeElement('div', '');
  fact.append(makeElement('dt', '', name), makeElement('dd', '', value));
  return fact;
}
