import type { Step, verifyProof } from '../../../src/modules/kuji/index.ts';
import { asText, callApi } from './call-api.ts';
import { findElement } from './find-element.ts';

/** What each check is good for, for somebody who has never heard of a Merkle tree. */
const MEANINGS: Readonly<Record<string, string>> = {
  'Proof file': 'The proof is complete and speaks of this ticket.',
  Set: 'Proof and box belong together.',
  Manifest: 'The list of prizes is the one whose hash was published before the first sale.',
  Leaf: 'The ticket’s number and prize, as one hash.',
  Path: 'This number held this prize in the sealed box: the hashes lead to the published root.',
  Payment: 'The randomness of the draw comes from the buyer’s own payment.',
  Draw: 'By the public formula, this payment gets this number.',
};

/** Fetches proof and history of the page's ticket, and shows what the verifier says of them. */
export function showVerification(verify: typeof verifyProof): void {
  const { ticketNumber = '' } = findElement('proof', HTMLDivElement).dataset;
  const check = (paymentId?: string): void => {
    void checkTicket(verify, ticketNumber, paymentId);
  };
  findElement('payment', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const paymentId = findElement('payment-id', HTMLInputElement).value.trim();
    check(paymentId === '' ? undefined : paymentId);
  });
  findElement('check-again', HTMLButtonElement).disabled = false;
  check();
}

async function checkTicket(
  verify: typeof verifyProof,
  ticketNumber: string,
  paymentId: string | undefined,
): Promise<void> {
  showVerdict('Checking…', 'busy');
  const proof = await callApi(`/kuji/tickets/${encodeURIComponent(ticketNumber)}/proof`);
  if (!proof.ok) {
    showVerdict(proof.message, 'bad');
    return;
  }
  const setId = asText(proof.data['setId']);
  const audit = await callApi(`/kuji/sets/${encodeURIComponent(setId)}/audit`);
  if (!audit.ok) {
    showVerdict(audit.message, 'bad');
    return;
  }
  const steps = await verify(proof.data, audit.data, paymentId);
  findElement('steps', HTMLOListElement).replaceChildren(...steps.map(renderStep));
  findElement('data', HTMLPreElement).textContent = JSON.stringify(
    { proof: proof.data, audit: audit.data },
    null,
    2,
  );
  if (!isAbout(proof.data, ticketNumber)) {
    showVerdict('✗ The API gave the proof of another ticket.', 'bad');
  } else if (!steps.every(({ ok }) => ok)) {
    showVerdict('✗ This draw does not fit what was promised.', 'bad');
  } else if (steps.some(({ skipped }) => skipped)) {
    showVerdict('✓ Everything that was checked fits. One step needs your payment’s id.', 'good');
  } else {
    showVerdict('✓ Everything fits: seal, payment and draw.', 'good');
  }
}

function isAbout(proof: Readonly<Record<string, unknown>>, ticketNumber: string): boolean {
  return asText(proof['ticketNumber']).toUpperCase() === ticketNumber.toUpperCase();
}

function renderStep({ name, ok, detail, skipped }: Step): HTMLLIElement {
  const result = skipped ? 'skipped' : ok ? 'fits' : 'fails';
  const mark = { skipped: '–', fits: '✓', fails: '✗' }[result];
  const item = document.createElement('li');
  item.dataset['result'] = result;
  item.append(
    element('span', 'mark', mark),
    element('strong', '', name),
    element('span', 'hidden', `: ${result}.`),
    element('p', '', MEANINGS[name] ?? ''),
    element('p', 'soft detail', detail),
  );
  item.querySelector('.mark')?.setAttribute('aria-hidden', 'true');
  return item;
}

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function showVerdict(text: string, state: 'busy' | 'good' | 'bad'): void {
  const verdict = findElement('verdict', HTMLParagraphElement);
  verdict.textContent = text;
  verdict.dataset['state'] = state;
}
