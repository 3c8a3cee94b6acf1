import type { Reroute } from '@sveltejs/kit';

/** A percent sign that begins no escape stands for itself, as in an id typed as it is; the router would refuse the whole address. */
export const reroute: Reroute = ({ url }) =>
  url.pathname.replace(/(?:%[\da-f]{2})+|%/gi, (escapes) => encodeURIComponent(meaningOf(escapes)));

function meaningOf(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}
