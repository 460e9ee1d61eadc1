/** What stands behind the bare address of the sandbox. */
export function indexPage(facts: { hasShop: boolean }): string {
  const shop = facts.hasShop
    ? '<li><a href="/shop">Shop</a>: a little storefront to try the API with</li>\n'
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PopBox sandbox</title>
<link rel="icon" href="data:,">
<style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }</style>
</head>
<body>
<main>
<h1>PopBox sandbox</h1>
<p>Stands in for Stripe, Supabase and Resend on this machine. Nothing leaves it.</p>
<ul>
${shop}<li><a href="/mailbox">Mailbox</a>: every mail that was sent</li>
<li><a href="/requests.json">Record</a>: what the shop asked, and what it was told</li>
</ul>
</main>
</body>
</html>
`;
}
