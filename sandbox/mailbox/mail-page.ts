import type { Mail } from '../core.ts';
import { escapeHtml } from './escape-html.ts';
import { renderPage, renderTime } from './page.ts';

/** Makes the frame as tall as the mail, so that one page scrolls and not a page in a page. */
const FIT_FRAME = `
const frame = document.querySelector('iframe');
const fit = () => {
  const mail = frame?.contentDocument?.documentElement;
  if (mail) frame.style.height = Math.max(mail.scrollHeight, 120) + 2 + 'px';
};
frame?.addEventListener('load', fit);
addEventListener('resize', fit);
fit();
`;

const URL_IN_TEXT = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** One mail: its head, its HTML as the reader sees it, and its plain-text twin. */
export function mailPage(mail: Mail, nonce: string): string {
  const subject = mail.subject === '' ? '(no subject)' : mail.subject;
  return renderPage({
    title: subject,
    header: `<h1>${escapeHtml(subject)}</h1>`,
    main: `<p><a href="/mailbox">All mails</a></p>
${renderHead(mail)}
<h2>HTML</h2>
${mail.html === '' ? '<p class="soft">This mail has no HTML part.</p>' : renderFrame(mail)}
<h2>Plain text</h2>
${mail.text === '' ? '<p class="soft">This mail has no text part.</p>' : `<pre class="card">${linkText(mail.text)}</pre>`}`,
    script: { nonce, code: FIT_FRAME },
  });
}

function renderHead(mail: Mail): string {
  const rows: [string, string][] = [
    ['From', escapeHtml(mail.from)],
    ['To', escapeHtml(mail.to.join(', '))],
    ...(mail.replyTo.length === 0
      ? []
      : [['Reply to', escapeHtml(mail.replyTo.join(', '))] satisfies [string, string]]),
    ['Received', renderTime(mail)],
    ...(mail.key === null ? [] : [['Key', escapeHtml(mail.key)] satisfies [string, string]]),
  ];
  return `<dl class="card">${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

/**
 * The sandbox attribute lets no script run. Same origin is given back only so that the page can
 * measure the mail; links open in the page's own tab, since a mail is read to be followed.
 */
function renderFrame(mail: Mail): string {
  return `<iframe title="HTML of the mail" sandbox="allow-same-origin allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(withBase(mail.html))}"></iframe>`;
}

/** The doctype has to stay first: without it the browser lays mails out by the rules of 1998. */
function withBase(html: string): string {
  const base = '<base target="_top">';
  const head = /<head[^>]*>/i;
  return head.test(html) ? html.replace(head, `$&${base}`) : `<!doctype html>${base}${html}`;
}

function linkText(text: string): string {
  let html = '';
  let end = 0;
  for (const match of text.matchAll(URL_IN_TEXT)) {
    const url = escapeHtml(match[0]);
    html += `${escapeHtml(text.slice(end, match.index))}<a href="${url}">${url}</a>`;
    end = match.index + match[0].length;
  }
  return html + escapeHtml(text.slice(end));
}
