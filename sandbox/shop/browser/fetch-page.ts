/** Another page of the shop, or this one anew; its markup is written in one place only, the server. */
export async function fetchPage(address: string): Promise<Document | null> {
  try {
    const response = await fetch(address);
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    return null;
  }
}
