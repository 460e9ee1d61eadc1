/** What a good verdict means and what it does not, in words for everybody. It stands on the page whatever was checked. */
export const LIMITS = `<section aria-labelledby="limits-title">
<h2 id="limits-title">What this proves, and what not</h2>
<div class="card said">
<h3>Proved at once, to the buyer</h3>
<ul>
<li>This number held this prize in the box that was sealed before the first sale.</li>
<li>The number follows from the payment, by a formula that everybody can compute. With your payment’s id you see that it was <em>your</em> payment.</li>
</ul>
<h3>Proved to everybody, once the box is published</h3>
<ul>
<li>The box held exactly the advertised prizes, and no prize was moved after the seal.</li>
<li>Every number followed from its published randomness and the numbers that were free at that moment.</li>
</ul>
<h3>Not proved</h3>
<ul>
<li>That every payment in the history was a real one. Somebody who controls the server and its database could invent orders and try payments
until a wanted number comes out.</li>
<li>Before the box is published, a stranger cannot check its deck, only the promise made about it.</li>
<li>The promise says nothing to somebody who did not see it before the sale. Whoever wants to be sure saves the box when it opens and compares later.</li>
<li>A page can lie about what it computes. Whoever does not want to trust the one that the shop sends reads its code, keeps a saved copy, or runs
<code>pnpm kuji:verify</code> from the public repository.</li>
</ul>
</div>
</section>`;
