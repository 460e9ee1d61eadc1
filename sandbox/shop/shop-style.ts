/** Style of the shop, in the colours of the payment page; nothing comes from elsewhere. */
export const SHOP_STYLE = `
:root { --ink: #1a1a1a; --soft: #5a606b; --line: #d9dce1; --pale: #f4f1fb; --accent: #5433c9;
  --bad: #b3261e; --bad-back: #fdecea; --good: #14663a; --good-back: #e6f5ec; --few: #8a4b00;
  --few-back: #fff1dc; --note: #fff6da; --note-line: #e6cf86; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; color: var(--ink); background: #fff;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
.note { margin: 0; padding: .5rem 1rem; text-align: center; font-size: .9rem;
  background: var(--note); border-bottom: 1px solid var(--note-line); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 3rem; z-index: 1; padding: .5rem 1rem; background: #fff; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header, main { max-width: 68rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1.5rem; }
header nav { display: flex; gap: 1.25rem; }
.brand { display: flex; align-items: center; gap: .6rem; color: inherit; font-weight: 600; text-decoration: none; }
.brand svg { width: 1.9rem; height: 1.9rem; }
main { padding-bottom: 4rem; }
main:focus { outline: none; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible,
.ticket:focus-visible { outline: 3px solid #8d74ea; outline-offset: 2px; border-radius: .2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h2:focus { outline: none; }
.soft { color: var(--soft); font-size: .9rem; }
.back { margin: 0 0 .75rem; font-size: .95rem; }
.narrow { max-width: 44rem; margin: 0 auto; }
.message { max-width: 34rem; margin: 3rem auto; text-align: center; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0; }
.message .actions { justify-content: center; }
.card { border: 1px solid var(--line); border-radius: .75rem; background: #fff; }
.button { display: inline-block; font: inherit; font-weight: 600; line-height: 1.3; padding: .65rem 1.15rem; border-radius: .45rem;
  border: 1px solid #b9bec8; background: #fff; color: var(--ink); text-align: center; text-decoration: none; cursor: pointer; }
.button:hover { background: #f6f6f8; }
.button.strong { border-color: var(--accent); background: var(--accent); color: #fff; }
.button.strong:hover { background: #452aa8; }
.button:disabled { opacity: .65; cursor: progress; }
.button.wide { width: 100%; padding: .8rem; }

.filters { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: 1.25rem; }
.filters a { padding: .3rem .9rem; border: 1px solid #b9bec8; border-radius: 2rem; color: var(--ink); text-decoration: none; }
.filters a:hover { background: #f6f6f8; }
.filters a[aria-current] { background: var(--ink); border-color: var(--ink); color: #fff; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1.25rem; margin: 0; padding: 0; list-style: none; }
.product { display: flex; flex-direction: column; gap: .2rem; height: 100%; padding-bottom: .9rem; overflow: hidden; color: inherit; text-decoration: none; }
.product:hover { border-color: #a9a0cf; box-shadow: 0 4px 18px rgb(60 40 140 / 12%); }
.product > :not(.picture) { margin: 0 .9rem; }
.picture { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; background: var(--pale); }
.product .picture { margin-bottom: .7rem; }
.product .name { font-weight: 600; line-height: 1.35; overflow-wrap: anywhere; }
.badge { align-self: start; display: inline-block; padding: .1rem .65rem; border-radius: 1rem; font-size: .85rem; font-weight: 500; background: var(--pale); color: #43299f; }
.product .badge { margin-top: .35rem; }
.badge.few { background: var(--few-back); color: var(--few); }
.badge.gone { background: #eceef1; color: #4a4f58; }
.badge.status-paid, .badge.status-packed, .badge.status-shipped { background: var(--good-back); color: var(--good); }
.more { text-align: center; margin: 2rem 0 0; }

.detail { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); gap: 2.5rem; align-items: start; }
.detail .picture { border-radius: .75rem; }
.detail h1 { margin-top: 0; }
.big { font-size: 1.3rem; font-weight: 600; margin: 0 0 1rem; }
.description { white-space: pre-line; overflow-wrap: anywhere; }
.meter { font-size: .95rem; font-weight: 400; }
progress { display: block; width: 100%; height: .6rem; margin-top: .3rem; accent-color: var(--accent); }
label, legend { display: block; padding: 0; font-size: .9rem; font-weight: 500; margin-bottom: .25rem; }
fieldset { border: 0; margin: 1.25rem 0; padding: 0; }
input, select { width: 100%; font: inherit; padding: .6rem .75rem; color: inherit; background: #fff; border: 1px solid #b9bec8; border-radius: .4rem; }
form p { margin: 0 0 .9rem; }
.wide + p { margin-top: .6rem; }
.choice { display: grid; grid-template-columns: auto 1fr auto; gap: .75rem; align-items: center; padding: .6rem .8rem; margin: 0 0 .5rem;
  border: 1px solid var(--line); border-radius: .45rem; font-size: 1rem; cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); background: var(--pale); }
.choice:has(:disabled) { cursor: default; color: var(--soft); }
.choice:has(:focus-visible) { outline: 3px solid #8d74ea; outline-offset: 1px; }
.choice input { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent); outline: none; }
.buy { display: flex; align-items: end; gap: .75rem; margin-top: 1.25rem; }
.buy p { margin: 0; width: 6.5rem; }
.buy .button { flex: 1; padding: .7rem; }
#sum { margin: .5rem 0 0; min-height: 1.5em; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
.error { padding: .75rem 1rem; border-radius: .4rem; background: var(--bad-back); border: 1px solid #f1b8b3; color: var(--bad); }

table { width: 100%; border-collapse: collapse; }
th, td { padding: .55rem .25rem; text-align: left; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: middle; }
thead th { color: var(--soft); font-size: .85rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.number { padding-left: 1rem; }
.prize, .last-one, .won { display: flex; align-items: center; gap: .75rem; }
.prize > :last-child, .won p { min-width: 0; line-height: 1.35; overflow-wrap: anywhere; }
.tier { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: .6rem; font-weight: 700; background: #eceef1; color: #3b4049; }
.tier-A { background: #f6c445; color: #3d2c00; }
.tier-B { background: #dfe4ec; color: #2b3442; }
.tier-C { background: #eac3a3; color: #47250b; }
.tier-LO { background: var(--accent); color: #fff; }
.last-one { padding: .75rem; background: var(--pale); border-radius: .6rem; }

.lines { list-style: none; margin: 1.5rem 0; padding: 0 1.1rem; }
.lines li { display: grid; grid-template-columns: auto 1fr auto; gap: .9rem; align-items: center; padding: .8rem 0; }
.lines li + li { border-top: 1px solid var(--line); }
.lines a { color: inherit; font-weight: 500; overflow-wrap: anywhere; }
.thumb { width: 3.5rem; height: 3.5rem; border-radius: .5rem; object-fit: cover; background: var(--pale); }
.amount, .lines dd { font-variant-numeric: tabular-nums; white-space: nowrap; }
.lines li.amounts { display: block; }
dl { margin: 0; }
dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .15rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.total { font-weight: 600; font-size: 1.1rem; }
.total dt { color: inherit; }
.callout { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .75rem; padding: 1rem 1.1rem; background: var(--pale); border-color: #d5cdea; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 2rem; }
.columns p { margin: 0; overflow-wrap: anywhere; }
address { font-style: normal; }

.bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .75rem; min-height: 3rem; }
.bar p { margin: 0; }
.told:empty { display: none; }
.told { padding: .6rem 1rem; border-radius: .4rem; background: var(--good-back); color: var(--good); }
.tickets { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; margin: .75rem 0 0; padding: 0; list-style: none; }
.ticket { display: flex; flex-direction: column; gap: .35rem; padding: 1.1rem; }
.ticket > p { margin: 0; }
.ticket .button { margin-top: auto; }
.ticket-number { font: 600 1.1rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.seal { display: grid; place-items: center; height: 6.5rem; margin: .5rem 0 !important; border-radius: .6rem; color: #fff; font-size: 2.6rem; font-weight: 800;
  background: repeating-linear-gradient(45deg, #5433c9 0 12px, #4a2cb4 12px 24px); }
.ticket.open { border-color: #c4b8ee; background: linear-gradient(#fff, var(--pale)); }
.ticket.void { color: var(--soft); background: #f6f6f8; }
.won { margin: .5rem 0; min-height: 6.5rem; }
.won .tier { width: 4rem; height: 4rem; font-size: 1.8rem; border-radius: .8rem; }
.won p { margin: 0; }
@media (prefers-reduced-motion: no-preference) {
  .fresh { animation: open .5s ease-out; }
  @keyframes open { from { transform: rotateY(80deg); opacity: .3; } }
}

@media (max-width: 50rem) {
  .detail { grid-template-columns: 1fr; gap: 1.25rem; }
  .detail .picture { aspect-ratio: 4 / 3; }
  .grid { grid-template-columns: 1fr 1fr; gap: .75rem; }
  .product > :not(.picture) { margin: 0 .7rem; }
  .product .name { font-size: .95rem; }
}
`;
