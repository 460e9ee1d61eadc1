import { callApi } from './call-api.ts';
import { fetchPage } from './fetch-page.ts';
import { findElement } from './find-element.ts';

const section = findElement('tickets', HTMLElement);

section.addEventListener('click', (event) => {
  if (!(event.target instanceof HTMLButtonElement)) return;
  const ticketId = event.target.dataset['reveal'];
  void reveal(ticketId === undefined ? 'reveal-all' : `${ticketId}/reveal`);
});

// The server sends them disabled: a click before this script runs would be lost.
setBusy(false);

/** Opens tickets and takes their cards anew from the server: only it knows what a card looks like. */
async function reveal(what: string): Promise<void> {
  const { publicId = '' } = section.dataset;
  setBusy(true);
  showError('');
  const path = `/orders/${encodeURIComponent(publicId)}/tickets/${what}`;
  const reply = await callApi(path, { method: 'POST' });
  const page = reply.ok ? await fetchPage(location.href) : null;
  const renewed = page?.getElementById('tickets');
  if (!renewed) {
    setBusy(false);
    showError(reply.ok ? 'The tickets are open. Please load this page again.' : reply.message);
    return;
  }
  const wasSealed = new Set(
    [...section.querySelectorAll('[data-state=sealed]')].map((card) => card.id),
  );
  section.replaceChildren(...renewed.childNodes);
  setBusy(false);
  const opened = [...section.querySelectorAll<HTMLElement>('[data-state=open]')].filter((card) =>
    wasSealed.has(card.id),
  );
  for (const card of opened) card.classList.add('fresh');
  opened[0]?.focus();
  findElement('told', HTMLParagraphElement).textContent = opened
    .map((card) => card.dataset['told'])
    .join(' ');
}

function setBusy(isBusy: boolean): void {
  for (const button of section.querySelectorAll('button')) button.disabled = isBusy;
}

function showError(message: string): void {
  const error = findElement('reveal-error', HTMLParagraphElement);
  error.hidden = message === '';
  error.textContent = message;
}
