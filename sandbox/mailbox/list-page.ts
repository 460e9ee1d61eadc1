import type { Mail } from '../core.ts';
import { escapeHtml } from './escape-html.ts';
import { renderPage, renderTime } from './page.ts';

const SENDERS: Readonly<Record<Mail['kind'], string>> = {
  resend: 'shop',
  supabase: 'account',
};

const EMPTY = `<div class="card empty"><p><strong>No mail yet</strong></p>
<p class="soft">Mails of the shop and of sign-up appear here as soon as they are sent.</p></div>`;

/** Shows new mails by itself: the person waits here while a worker still writes. */
const WATCH = `
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch('/mailbox.json').catch(() => null);
  if (answer === null || !answer.ok) return;
  const { mails } = await answer.json();
  if ((mails[0]?.id ?? '') !== document.querySelector('[data-newest]').dataset.newest) location.reload();
}, 2000);
`;

/** All mails, newest first. */
export function listPage(mails: readonly Mail[], nonce: string): string {
  const count = mails.length === 1 ? '1 mail' : `${String(mails.length)} mails`;
  const newest = escapeHtml(mails[0]?.id ?? '');
  const list =
    mails.length === 0 ? EMPTY : `<ul class="mails card">${mails.map(renderItem).join('')}</ul>`;
  return renderPage({
    title: 'Mailbox',
    header: `<h1>Mailbox</h1><span class="soft">${count}</span>`,
    main: `<div data-newest="${newest}">${list}</div>`,
    script: { nonce, code: WATCH },
  });
}

function renderItem(mail: Mail): string {
  const subject = mail.subject === '' ? '(no subject)' : mail.subject;
  return `<li><a href="/mailbox/${encodeURIComponent(mail.id)}">
<span class="subject">${escapeHtml(subject)}</span>
<span class="kind">${SENDERS[mail.kind]}</span>
<span class="to soft">to ${escapeHtml(mail.to.join(', '))}</span>
<span class="received soft">${renderTime(mail)}</span>
</a></li>`;
}
