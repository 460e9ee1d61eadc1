import { createChecker } from './check-material.ts';
import { fetchBox, fetchTicket, type Fetched } from './fetch-published.ts';
import { findElement } from './find-element.ts';
import { readFiles } from './read-files.ts';
import { fillPage, saveFile, toJson } from './save-files.ts';
import { offerFiles, showBox, showTicket, showVerdict } from './show-result.ts';
import { joinMaterial, sortJson, textOf, type Material } from './sort-json.ts';

/** Before anything is shown: this is what "save this page" saves. */
const pristine = document.importNode(document.documentElement, true);
const check = createChecker();

let material: Material = {};
/** The ticket in the address; a saved page has none. */
let asked = '';

function start(): void {
  const isFromShop = location.protocol.startsWith('http');
  const query = new URLSearchParams(location.search);
  // A saved page has no shop behind it that could be asked for another ticket.
  findElement('lookup', HTMLFormElement).hidden = !isFromShop;
  listenToPayment();
  listenToFiles();
  listenToSaving();
  const inside = sortJson(readInside());
  const ticket = query.get('ticket')?.trim() ?? '';
  const set = query.get('set')?.trim() ?? '';
  if (inside !== null) checkThis(inside);
  else if (isFromShop && ticket !== '') {
    findElement('ticket-number', HTMLInputElement).value = ticket;
    asked = ticket;
    void checkFetched(fetchTicket(ticket));
  } else if (isFromShop && set !== '') void checkFetched(fetchBox(set));
  else showNothing('Nothing to check yet', invite(isFromShop));
}

function invite(isFromShop: boolean): string {
  return isFromShop
    ? 'Enter the number of an opened ticket, or open a saved proof below.'
    : 'Open a saved proof and the history of its box below.';
}

/** What was saved together with the page; null in the page as the shop sends it. */
function readInside(): unknown {
  const json: unknown = JSON.parse(findElement('saved', HTMLScriptElement).textContent || 'null');
  return json;
}

function checkThis(next: Material): void {
  material = next;
  const paymentId = findElement('payment-id', HTMLInputElement).value.trim();
  void check({ material, asked, paymentId });
}

async function checkFetched(fetching: Promise<Fetched>): Promise<void> {
  showVerdict({
    state: 'busy',
    headline: 'Fetching…',
    text: 'Asking the shop for what it published.',
  });
  const fetched = await fetching;
  if (fetched.reason === null) checkThis(fetched.material);
  else showNothing('There is nothing to check', fetched.reason);
}

function showNothing(headline: string, text: string): void {
  showTicket(null, {});
  showBox(null);
  offerFiles({});
  showVerdict({ state: 'open', headline, text });
}

function listenToPayment(): void {
  findElement('payment', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    checkThis(material);
  });
}

function listenToFiles(): void {
  const input = findElement('files', HTMLInputElement);
  input.addEventListener('change', () => {
    void openFiles([...(input.files ?? [])]);
    // The same file may be chosen again after it was changed.
    input.value = '';
  });
  // On the whole page: a file that misses the field would replace the page otherwise.
  addEventListener('dragover', (event) => {
    event.preventDefault();
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    void openFiles([...(event.dataTransfer?.files ?? [])]);
  });
}

async function openFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const { material: opened, problem } = await readFiles(files);
  const told = findElement('files-told', HTMLParagraphElement);
  told.textContent = problem ?? `Opened: ${files.map(({ name }) => name).join(', ')}.`;
  told.dataset['state'] = problem === null ? 'good' : 'bad';
  if (problem !== null) return;
  // What somebody opens by himself is about no ticket in the address.
  asked = '';
  checkThis(joinMaterial(material, opened));
}

function listenToSaving(): void {
  const onClick = (id: string, save: () => void): void => {
    findElement(id, HTMLButtonElement).addEventListener('click', save);
  };
  onClick('save-proof', () => {
    saveFile(`${nameOfTicket()}-proof.json`, 'application/json', toJson(material.proof));
  });
  onClick('save-audit', () => {
    saveFile('kuji-box-history.json', 'application/json', toJson(material.audit));
  });
  onClick('save-page', () => {
    saveFile(`verify-${nameOfTicket()}.html`, 'text/html', fillPage(pristine, material));
  });
}

/** For the name of a file; foreign text, so only what a ticket number is made of. */
function nameOfTicket(): string {
  const name = textOf(material.proof, 'ticketNumber').replaceAll(/[^\w-]/g, '');
  return name === '' ? 'kuji' : name;
}

start();
