import { pagePolicy, type Page } from '../../../http/send-page.ts';
import { linkModules } from './link-modules.ts';
import { LIMITS } from './verifier-limits.ts';
import { VERIFIER_STYLE } from './verifier-style.ts';

/** As this very file: source while developing, compiled in the image. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const ROOT = new URL('../', import.meta.url);
const ENTRY = new URL(`browser/start-verifier.${EXTENSION}`, import.meta.url);

const LOGO = `<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#5433c9"/>
<path d="m9 16.5 4.8 4.8L23.5 11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/**
 * The verifier as one file without a single address of somebody else: style, code and words. Nothing in it depends on who asks or on
 * which ticket, so it can be saved, compared and kept. It repeats its policy inside, for the saved file comes without headers.
 */
export function writeVerifierPage(): Page {
  const style = VERIFIER_STYLE;
  const script = linkModules(ENTRY, ROOT);
  const html = `<!doctype html>
<html lang="en-CA">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy({ style, script })}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Check a kuji draw · PopBox Studio</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div>${LOGO}PopBox Studio <span>Draw verifier</span></div></header>
<main id="main" tabindex="-1">
<h1>Check a kuji draw</h1>
<p class="lead">Your browser computes everything again from what was published: that the box was sealed before the first sale, and that
the payment, not the shop, picked the ticket.</p>
<noscript><p class="card">This page computes in your browser. Please allow JavaScript for it, or run
<code>pnpm kuji:verify</code>, which is the same code.</p></noscript>
${LOOKUP}
<div id="verdict" class="verdict" role="status"></div>
<dl id="facts" class="facts" hidden></dl>
${RESULTS}
${KEEP}
${LIMITS}
</main>
<footer>Format <code>kuji/1</code>. The code that computes is inside this page, readable, and the same as that of
<code>pnpm kuji:verify</code>. The page loads nothing from elsewhere.</footer>
<script type="application/json" id="saved">null</script>
<script type="module">${script}</script>
</body>
</html>
`;
  return { html, style, script };
}

const LOOKUP = `<form id="lookup" method="get" action="/verify" autocomplete="off">
<label for="ticket-number">Ticket number</label>
<div class="row"><input id="ticket-number" name="ticket" required maxlength="32" placeholder="K…-0001" spellcheck="false" autocapitalize="characters">
<button class="strong">Check ticket</button></div>
</form>`;

const RESULTS = `<section id="ticket" aria-labelledby="ticket-title" hidden>
<h2 id="ticket-title">Your ticket</h2>
<p class="soft">Prize and number of this one ticket.</p>
<ol id="ticket-steps" class="steps card"></ol>
</section>
<form id="payment" class="card" autocomplete="off" hidden>
<label for="payment-id">Your payment’s id (optional)</label>
<div class="row"><input id="payment-id" placeholder="pi_…" spellcheck="false" aria-describedby="payment-help">
<button>Check with my payment</button></div>
<p class="soft" id="payment-help">It stands in your confirmation e-mail, and only the buyer knows it. With it your browser checks that
the number comes from your own payment. It is not sent anywhere.</p>
</form>
<section id="box" aria-labelledby="box-title" hidden>
<h2 id="box-title">The whole box</h2>
<p class="soft">What was promised at the seal, and everything that happened since.</p>
<ol id="box-steps" class="steps card"></ol>
</section>`;

const KEEP = `<section id="keep" aria-labelledby="keep-title">
<h2 id="keep-title">Keep it, check it without us</h2>
<p class="soft">The saved page holds the verifier and the data in one file. It works without a network, also when this shop is long gone.</p>
<div class="row">
<button id="save-page" type="button" class="strong">Save this page</button>
<button id="save-proof" type="button" disabled>Save the proof (JSON)</button>
<button id="save-audit" type="button" disabled>Save the box (JSON)</button>
</div>
<div class="drop">
<label for="files">Open saved files</label>
<input id="files" type="file" multiple accept=".json,application/json" aria-describedby="files-help">
<p class="soft" id="files-help">Choose the proof and the box, or drop them anywhere on this page. They stay on your device.</p>
<p id="files-told" role="status"></p>
</div>
</section>`;
