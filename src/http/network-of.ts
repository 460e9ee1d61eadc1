import { isIPv6 } from 'node:net';

/**
 * What one household or server is given: a whole IPv4 address, the first 64 bits of an IPv6 one. Within its 64 bits a
 * client may take a new address for each request.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const first = groupsOf(head);
  const last = groupsOf(tail ?? '');
  // A dotted end stands for two groups.
  const present = first.length + last.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? 0 : 8 - present;
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
