import {
  button,
  html,
  layOutMail,
  layOutText,
  oneLine,
  paragraph,
  type RenderedMail,
} from '../../outbox/index.ts';

export type LowStockItem = {
  productName: string;
  variantName: string | null;
  onHand: number;
  lowStockThreshold: number;
};

/** To the shop: what has fallen to its threshold since the last alert. */
export function writeLowStock(items: readonly LowStockItem[], adminUrl: string): RenderedMail {
  const heading =
    items.length === 1
      ? 'One item is running low'
      : `${String(items.length)} items are running low`;
  const intro = 'Each is named once, and again only after it was restocked above its threshold.';
  const rows = items.map((item) => ({ name: nameItem(item), left: describeLeft(item) }));
  return {
    subject: `Low stock: ${heading.charAt(0).toLowerCase()}${heading.slice(1)}`,
    html: layOutMail({
      preview: rows.map(({ name, left }) => `${name}: ${left}`)[0] ?? intro,
      heading,
      body: html`${paragraph(intro)}
        <table
          role="presentation"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          style="margin:0 0 16px"
        >
          ${rows.map(
            ({ name, left }) =>
              html`<tr>
                <td style="padding:4px 12px 4px 0;vertical-align:top">${name}</td>
                <td align="right" style="padding:4px 0;vertical-align:top;white-space:nowrap">
                  ${left}
                </td>
              </tr> `,
          )}
        </table>
        ${button('Open the products', adminUrl)}`,
    }),
    text: layOutText([
      heading,
      intro,
      rows.map(({ name, left }) => `${name}: ${left}`),
      `Open the products: ${adminUrl}`,
    ]),
  };
}

function nameItem({ productName, variantName }: LowStockItem): string {
  const name = oneLine(productName);
  return variantName === null ? name : `${name}, ${oneLine(variantName)}`;
}

function describeLeft({ onHand, lowStockThreshold }: LowStockItem): string {
  return `${onHand === 0 ? 'none' : String(onHand)} left (threshold ${String(lowStockThreshold)})`;
}
