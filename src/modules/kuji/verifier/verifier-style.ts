/** The page's own style sheet; it loads nothing. Colours keep a contrast of 4.5 and more in both schemes. */
export const VERIFIER_STYLE = `
:root { color-scheme: light dark; --ink: #1b1a22; --soft: #565261; --line: #dedae8; --back: #f6f4fb; --card: #fff;
  --accent: #5433c9; --on-accent: #fff; --good: #12613a; --good-back: #e4f5eb; --bad: #a8231b; --bad-back: #fdeae8;
  --open: #6a4a00; --open-back: #fff3d9; --code: #f3f1f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #efedf5; --soft: #b3aec2; --line: #3b3747; --back: #15141b;
  --card: #1f1d27; --accent: #b7a3ff; --on-accent: #1a1330; --good: #86dcae; --good-back: #163526; --bad: #ffb0a8;
  --bad-back: #45201d; --open: #f3cf86; --open-back: #3a2e13; --code: #292632; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: var(--back);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; padding: .5rem 1rem; background: var(--card); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.top > div, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
.top > div { display: flex; align-items: center; gap: .65rem; padding-block: .8rem; font-weight: 600; }
.top svg { flex: none; width: 1.9rem; height: 1.9rem; }
.top span { color: var(--soft); font-weight: 400; }
main { padding-block: 1.75rem 2rem; }
main:focus { outline: none; }
h1 { margin: 0 0 .5rem; font-size: 1.7rem; line-height: 1.2; letter-spacing: -.015em; }
h2 { margin: 2.25rem 0 .35rem; font-size: 1.15rem; line-height: 1.3; }
h3 { margin: 0; font-size: 1rem; line-height: 1.4; }
p { margin: 0 0 .75rem; }
a { color: var(--accent); }
.lead, .soft { color: var(--soft); }
.soft { font-size: .93rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }
.card { padding: 1.1rem 1.2rem; background: var(--card); border: 1px solid var(--line); border-radius: .8rem; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; }
.row input { flex: 1 1 12rem; }
label { display: block; margin-bottom: .3rem; font-weight: 600; font-size: .95rem; }
input { width: 100%; min-width: 0; font: inherit; padding: .6rem .75rem; color: inherit; background: var(--card);
  border: 1px solid #8d889a; border-radius: .45rem; }
button { font: inherit; font-weight: 600; line-height: 1.3; padding: .6rem 1.05rem; border-radius: .45rem; cursor: pointer;
  border: 1px solid #8d889a; background: var(--card); color: var(--ink); }
button:hover:enabled { border-color: var(--accent); }
button.strong { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button:disabled { color: var(--soft); border-style: dashed; cursor: not-allowed; }
#lookup { margin: 1.25rem 0 0; }
.verdict { display: flex; gap: .9rem; align-items: flex-start; margin: 1.25rem 0 0; padding: 1.1rem 1.2rem; border-radius: .8rem;
  background: var(--card); border: 1px solid var(--line); overflow-wrap: anywhere; }
.verdict strong { font-size: 1.15rem; line-height: 1.5; }
.verdict p { margin: .1rem 0 0; }
.sign, .mark { flex: none; display: grid; place-items: center; border-radius: 50%; font-weight: 700; }
.sign { width: 2.4rem; height: 2.4rem; font-size: 1.25rem; background: var(--code); }
.verdict[data-state=good] { background: var(--good-back); border-color: var(--good); color: var(--good); }
.verdict[data-state=bad] { background: var(--bad-back); border-color: var(--bad); color: var(--bad); }
.verdict[data-state=open] { background: var(--open-back); border-color: var(--open); color: var(--open); }
.verdict[data-state=good] .sign { background: var(--good); color: var(--good-back); }
.verdict[data-state=bad] .sign { background: var(--bad); color: var(--bad-back); }
.verdict[data-state=open] .sign { background: var(--open); color: var(--open-back); }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.5rem; margin: 1rem 0 0; }
.facts dt { color: var(--soft); font-size: .9rem; }
.facts dd { margin: 0; font-size: 1.3rem; font-weight: 650; overflow-wrap: anywhere; }
.steps { list-style: none; margin: .9rem 0 0; padding: .2rem 1.2rem; }
.steps li { position: relative; padding: .95rem 0 .95rem 2.75rem; }
.steps li + li { border-top: 1px solid var(--line); }
.steps p { margin: .1rem 0 0; overflow-wrap: anywhere; }
.meaning { color: var(--soft); }
.mark { position: absolute; left: 0; top: .95rem; width: 1.8rem; height: 1.8rem; background: var(--open-back); color: var(--open); }
[data-result=fits] .mark { background: var(--good-back); color: var(--good); }
[data-result=fails] .mark { background: var(--bad-back); color: var(--bad); }
[data-result=skipped] .why { color: var(--open); }
[data-result=fails] .why { color: var(--bad); font-weight: 600; }
summary { width: fit-content; padding: .35rem 0; color: var(--accent); cursor: pointer; font-size: .9rem; }
details { font-size: .9rem; }
details dl { margin: .6rem 0 0; }
details dt { margin-top: .4rem; color: var(--soft); }
details dd { margin: 0; }
code, .bytes { font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.formula, .bytes { display: block; padding: .5rem .7rem; margin-top: .3rem; background: var(--code); border-radius: .4rem;
  max-height: 12rem; overflow: auto; overflow-wrap: anywhere; }
#payment { margin: 1rem 0 0; }
#payment p:last-child, #keep p:last-child { margin-bottom: 0; }
#keep .row { margin-bottom: 1rem; }
.drop { padding: 1rem; border: 2px dashed #8d889a; border-radius: .6rem; }
.drop input { padding: .4rem 0; border: 0; background: none; }
.drop p { margin: .4rem 0 0; }
#files-told:empty { display: none; }
#files-told[data-state=good] { color: var(--good); }
#files-told[data-state=bad] { color: var(--bad); font-weight: 600; }
.said { margin: .9rem 0 0; padding: .2rem 1.2rem .9rem; }
.said h3 { margin-top: 1rem; }
.said ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.said li { margin: .3rem 0; }
footer { padding-block: 1.25rem 2.5rem; color: var(--soft); font-size: .9rem; border-top: 1px solid var(--line); }
@media (max-width: 30rem) { h1 { font-size: 1.45rem; } .card, .verdict { padding: 1rem; } .steps { padding: .1rem 1rem; }
  .said { padding: .1rem 1rem .9rem; } #keep button { flex: 1 1 100%; } #lookup button, #payment button { flex: 1 1 100%; } }
@media print { #lookup, #payment, #keep, .skip { display: none; } body { background: #fff; } }
`;
