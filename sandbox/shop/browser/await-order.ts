import { asText, callApi } from './call-api.ts';
import type { Reply } from './call-api.ts';
import { findElement } from './find-element.ts';

const FIRST_MS = 500;
const SLOWEST_MS = 5000;
const PATIENCE = 12;

// The paid page needs nothing of this script.
if (document.getElementById('pending') !== null) void awaitOrder();

/** Asks until the order is finished or will not be, then loads the page anew, which tells. */
async function awaitOrder(): Promise<void> {
  const { search } = location;
  for (let asked = 1; ; asked += 1) {
    await pause(Math.min(FIRST_MS * asked, SLOWEST_MS));
    const reply = await callApi(`/checkout/success${search}`);
    if (isDecided(reply)) {
      location.reload();
      return;
    }
    if (asked === PATIENCE) {
      findElement('pending-status', HTMLParagraphElement).textContent =
        'This takes longer than usual. You may close this page: a mail tells you when it is done.';
    }
  }
}

/** A shop that cannot be reached, or is busy, has decided nothing. */
function isDecided({ status, data }: Reply): boolean {
  if (status === 202) return asText(data['status']) !== 'pending_payment';
  return status !== 0 && status < 500;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
