/** Style of the payment page; nothing comes from elsewhere. */
export const PAY_STYLE = `
:root { --ink: #1a1a1a; --soft: #5f6570; --line: #d9dce1; --left: #f4f1fb; --accent: #5433c9;
  --accent-ink: #fff; --bad: #b3261e; --bad-back: #fdecea; --note: #fff6da; --note-line: #e6cf86; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
.note { margin: 0; padding: .5rem 1rem; text-align: center; font-size: .9rem;
  background: var(--note); border-bottom: 1px solid var(--note-line); }
.page { display: grid; grid-template-columns: 1fr 1fr; min-height: calc(100vh - 2.4rem); }
.side { padding: 3rem clamp(1.25rem, 5vw, 5rem); }
.side > * { max-width: 27rem; }
.summary { background: var(--left); }
.summary > * { margin-left: auto; }
.shop { display: flex; align-items: center; gap: .6rem; font-weight: 600; }
.shop svg { width: 1.9rem; height: 1.9rem; }
.due { margin: 1.5rem auto 1.5rem auto; margin-right: 0; color: var(--soft); }
.due strong { display: block; color: var(--ink); font-size: 2.25rem; line-height: 1.2; letter-spacing: -.02em; }
ul { list-style: none; margin: 0 0 0 auto; padding: 0; }
li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .7rem 0; }
li .name { font-weight: 500; overflow-wrap: anywhere; }
li .detail { grid-column: 1; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
li .amount { grid-row: 1; grid-column: 2; font-variant-numeric: tabular-nums; white-space: nowrap; }
.charges, .total { border-top: 1px solid #d5cdea; }
.charges li { padding: .3rem 0; color: var(--soft); }
.charges { padding: .4rem 0; }
.total li { font-weight: 600; }
h1 { font-size: 1.25rem; margin: 0 0 1.25rem; }
h2 { font-size: .95rem; margin: 1.5rem 0 .5rem; }
label, legend { display: block; padding: 0; font-size: .9rem; font-weight: 500; margin-bottom: .3rem; }
fieldset { border: 0; margin: 1.25rem 0; padding: 0; }
input { width: 100%; font: inherit; padding: .65rem .75rem; color: inherit; background: #fff;
  border: 1px solid var(--line); border-radius: .4rem; box-shadow: 0 1px 1px rgb(0 0 0 / 4%); }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid #a893f0; outline-offset: 1px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: .75rem; }
.tests { margin: .5rem 0 0; font-size: .85rem; color: var(--soft); }
code { font: .95em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: nowrap; }
button { width: 100%; font: inherit; font-weight: 600; padding: .8rem 1rem; border-radius: .4rem;
  border: 1px solid var(--line); background: #fff; color: var(--ink); cursor: pointer; }
button:hover { background: #f6f6f8; }
button.pay { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
button.pay:hover { background: #452aa8; }
.others { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: .75rem; }
.cancel { margin-top: .75rem; border-color: transparent; background: transparent; color: var(--soft); }
.error { margin: 0 0 1.25rem; padding: .75rem 1rem; border-radius: .4rem; background: var(--bad-back);
  border: 1px solid #f1b8b3; color: var(--bad); }
a { color: var(--accent); }
.soft { color: var(--soft); }
@media (max-width: 50rem) {
  .page { grid-template-columns: 1fr; }
  .side { padding: 1.5rem 1.25rem; }
  .side > * { max-width: none; }
  .due { margin: 1rem 0; }
}
`;
