/** A cover as SVG: two colours from the name, its initials, its name. No file has to be shipped. */
export function drawCover(name: string, label: string): string {
  const hue = Array.from(name).reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360,
    7,
  );
  const initials = name
    .split(/[\s:–]+/u)
    .filter((word) => word !== '')
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? '')
    .join('')
    .toUpperCase();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img">
  <title>${escapeXml(name)}</title>
  <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
    <stop offset="0" stop-color="hsl(${String(hue)} 70% 62%)"/>
    <stop offset="1" stop-color="hsl(${String((hue + 50) % 360)} 65% 38%)"/>
  </linearGradient></defs>
  <rect width="600" height="600" fill="url(#g)"/>
  <circle cx="470" cy="140" r="220" fill="#fff" opacity=".09"/>
  <circle cx="110" cy="520" r="180" fill="#000" opacity=".07"/>
  <text x="300" y="330" font-family="system-ui, sans-serif" font-size="190" font-weight="800" fill="#fff" text-anchor="middle">${escapeXml(initials)}</text>
  <text x="300" y="480" font-family="system-ui, sans-serif" font-size="26" fill="#fff" text-anchor="middle">${escapeXml(shorten(name))}</text>
  <text x="300" y="530" font-family="system-ui, sans-serif" font-size="20" fill="#fff" opacity=".8" text-anchor="middle">${escapeXml(label)}</text>
</svg>`;
}

function shorten(name: string): string {
  return name.length <= 42 ? name : `${name.slice(0, 41)}…`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
