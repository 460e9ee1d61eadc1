import type { Step } from '../../proof/record-steps.ts';
import { explainStep } from './explain-steps.ts';
import { makeElement } from './find-element.ts';

const RESULTS = {
  fits: { mark: '✓', word: 'fits' },
  fails: { mark: '✗', word: 'does not fit' },
  skipped: { mark: '–', word: 'not checked' },
} as const;

/** Shows the steps of a verification in a list, in plain words; hashes and formulas behind a click. */
export function showSteps(list: HTMLOListElement, steps: readonly Step[]): void {
  list.replaceChildren(...steps.map(renderStep));
}

function renderStep({ name, ok, detail, skipped, evidence }: Step): HTMLLIElement {
  const result = !ok ? 'fails' : skipped ? 'skipped' : 'fits';
  const { mark, word } = RESULTS[result];
  const { title, meaning, formula } = explainStep(name);
  const item = document.createElement('li');
  item.dataset['result'] = result;
  item.dataset['step'] = name;
  const sign = makeElement('span', 'mark', mark);
  sign.setAttribute('aria-hidden', 'true');
  const heading = makeElement('h3', '', title);
  heading.append(makeElement('span', 'hidden', `: ${word}.`));
  item.append(sign, heading, makeElement('p', 'meaning', meaning));
  // A step that did not go as hoped says why at once; of the others only the curious want to know.
  if (result !== 'fits') item.append(makeElement('p', 'why', detail));
  const more = document.createElement('details');
  more.append(makeElement('summary', '', `${name}: the numbers`));
  if (result === 'fits') more.append(makeElement('p', '', detail));
  if (formula !== undefined) more.append(makeElement('code', 'formula', formula));
  if (evidence !== undefined) more.append(renderEvidence(evidence));
  if (more.childElementCount > 1) item.append(more);
  return item;
}

function renderEvidence(evidence: NonNullable<Step['evidence']>): HTMLElement {
  const list = document.createElement('dl');
  for (const { label, value } of evidence) {
    list.append(makeElement('dt', '', label), makeElement('dd', 'bytes', value));
  }
  return list;
}
