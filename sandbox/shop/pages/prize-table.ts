import type { KujiPrize, ProductDetail } from '../api-shapes.ts';
import { formatCount } from '../format-values.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

const LAST_ONE = 'LO';

/** What is in the box, and the chance of each prize for whoever buys a ticket now. */
export function renderPrizes(product: ProductDetail): Html {
  const inDeck = product.kujiPrizes.filter(({ prizeTier }) => prizeTier !== LAST_ONE);
  const lastOne = product.kujiPrizes.find(({ prizeTier }) => prizeTier === LAST_ONE);
  const closed = inDeck.reduce((sum, prize) => sum + prize.remainingQuantity, 0);
  const unopened = product.soldUnopenedTickets ?? 0;
  return html`<section aria-labelledby="prizes">
    <h2 id="prizes">Prizes</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Prize</th>
          <th scope="col" class="number">Left</th>
          <th scope="col" class="number">Odds</th>
        </tr>
      </thead>
      <tbody>
        ${inDeck.map((prize) => renderRow(prize, closed))}
      </tbody>
    </table>
    ${
      lastOne === undefined
        ? null
        : html`<p class="last-one">
            ${renderTier(lastOne)}<span
              ><strong>Last One: ${lastOne.name}</strong><br />goes to whoever takes the last ticket
              of the box, on top of their prize.</span
            >
          </p>`
    }
    <p class="soft">
      Every ticket wins. The deck was sealed before the first sale, and every draw can be checked
      afterwards.
      ${
        unopened === 0
          ? null
          : html`${formatCount(unopened, 'ticket')} ${unopened === 1 ? 'is' : 'are'} sold but not
            opened yet; what they hold still counts as left, since nobody knows it.`
      }
    </p>
  </section>`;
}

/** The letter of a prize as on the box. */
export function renderTier(prize: { prizeTier: string }): Html {
  const isLastOne = prize.prizeTier === LAST_ONE;
  return html`<span class="tier tier-${prize.prizeTier}" aria-hidden="true"
    >${isLastOne ? '★' : prize.prizeTier}</span
  >`;
}

function renderRow(prize: KujiPrize, closed: number): Html {
  const { remainingQuantity, initialQuantity } = prize;
  return html`<tr>
    <th scope="row">
      <span class="prize"
        >${renderTier(prize)}<span
          ><span class="soft">Prize ${prize.prizeCode}</span><br />${prize.name}</span
        ></span
      >
    </th>
    <td class="number">${remainingQuantity} <span class="soft">of ${initialQuantity}</span></td>
    <td class="number">${formatOdds(remainingQuantity, closed)}</td>
  </tr>`;
}

function formatOdds(remaining: number, closed: number): string {
  if (closed === 0 || remaining === 0) return '–';
  const percent = (remaining / closed) * 100;
  return `${Number.isInteger(percent) ? String(percent) : percent.toFixed(1)}%`;
}
