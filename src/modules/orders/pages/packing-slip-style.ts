/** The slip's own style sheet: ink on paper of either size, one column on a phone. */
export const PACKING_SLIP_STYLE = `
@page { margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 48rem; color: #111; background: #fff;
  font: 15px/1.45 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 4px 24px; justify-content: space-between; align-items: baseline;
  border-bottom: 2px solid #111; padding-bottom: 8px; }
h1 { margin: 0; font-size: 22px; }
h2 { margin: 24px 0 8px; font-size: 16px; }
p { margin: 0 0 8px; }
address { font-style: normal; font-size: 17px; }
.facts { margin: 0; }
.warning { border: 2px solid #111; padding: 8px 12px; font-weight: 700; }
.note { border-left: 4px solid #111; padding-left: 12px; white-space: pre-line; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 8px 8px 0; border-bottom: 1px solid #999; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-size: 13px; }
tr { break-inside: avoid; }
.check { width: 28px; }
.check span { display: inline-block; width: 16px; height: 16px; border: 1.5px solid #111; }
.number { width: 76px; white-space: nowrap; font-weight: 700; }
.out { text-decoration: line-through; }
small { display: block; color: #444; }
@media print { body { padding: 0; max-width: none; } }
`;
