const formatter = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Edmonton',
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
});

/** An instant where the shop is, for people: "November 21, 2026 at 2:05 a.m. MST". */
export function formatShopTime(instant: Date): string {
  return formatter.format(instant);
}
