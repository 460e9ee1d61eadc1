import type { Mail } from '../core.ts';
import { escapeHtml } from './escape-html.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1b22; --soft: #5c5966; --line: #dcd9e3; --back: #f6f5f8;
  --card: #fff; --link: #5a2bc4; }
@media (prefers-color-scheme: dark) { :root { --ink: #eeecf3; --soft: #aaa6b6; --line: #3a3744;
  --back: #17161c; --card: #211f28; --link: #b9a1ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
header, main { max-width: 52rem; margin: 0 auto; padding: 1rem; }
main { padding-top: 0; }
header { display: flex; align-items: baseline; gap: .75rem; flex-wrap: wrap; padding-top: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
a { color: var(--link); }
a:focus-visible, iframe:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.soft { color: var(--soft); font-size: .9rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
ul.mails { list-style: none; margin: 0; padding: 0; overflow: hidden; }
ul.mails li + li { border-top: 1px solid var(--line); }
ul.mails a { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .85rem 1rem;
  color: inherit; text-decoration: none; }
ul.mails a:hover { background: var(--back); }
.subject { font-weight: 600; overflow-wrap: anywhere; }
.to { overflow-wrap: anywhere; }
.kind { place-self: start end; font-size: .75rem; border: 1px solid var(--line); border-radius: 1rem;
  padding: .05rem .6rem; color: var(--soft); }
time { white-space: nowrap; }
@media (max-width: 34rem) { ul.mails .to, ul.mails .received { grid-column: 1 / -1; } }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0; padding: .85rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 70vh; border: 1px solid var(--line);
  border-radius: .75rem; background: #fff; }
pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.empty { padding: 3rem 1rem; text-align: center; }
`;

export type Page = {
  title: string;
  /** HTML; what comes from outside is escaped already. */
  header: string;
  main: string;
  script?: { nonce: string; code: string };
};

/** The frame of every page of the mailbox. No asset comes from elsewhere. */
export function renderPage(page: Page): string {
  const script =
    page.script === undefined
      ? ''
      : `<script nonce="${page.script.nonce}">${page.script.code}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>${page.header}</header>
<main>${page.main}</main>
${script}
</body>
</html>
`;
}

/** `2026-03-01 18:04:11 UTC`, readable by people and machines. */
export function renderTime(mail: Mail): string {
  const instant = escapeHtml(mail.receivedAt);
  const text = `${mail.receivedAt.slice(0, 10)} ${mail.receivedAt.slice(11, 19)} UTC`;
  return `<time datetime="${instant}">${escapeHtml(text)}</time>`;
}

export function missingPage(): string {
  return renderPage({
    title: 'No such mail',
    header: '<h1>No such mail</h1>',
    main: '<p>The sandbox keeps mails in memory; a restart forgets them.</p><p><a href="/mailbox">All mails</a></p>',
  });
}
