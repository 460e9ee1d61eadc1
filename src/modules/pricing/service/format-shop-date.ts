/** The shop's own zone: its day decides which tax rate holds. */
const shopCalendar = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Edmonton',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day of an instant where the shop is, YYYY-MM-DD. */
export function formatShopDate(instant: Date): string {
  // By parts: the order and separators of a locale's short date change between ICU versions.
  const parts = new Map(shopCalendar.formatToParts(instant).map((part) => [part.type, part.value]));
  return `${parts.get('year') ?? ''}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`;
}
