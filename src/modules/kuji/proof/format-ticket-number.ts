/** The number as people see it, for example `K7F3Q-0042`. */
export function formatTicketNumber(setCode: string, number: number): string {
  return `K${setCode}-${String(number).padStart(4, '0')}`;
}
