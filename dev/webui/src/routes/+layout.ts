// Nothing is rendered on a server: the pages live from the API of the origin they are served by.
export const ssr = false;
export const prerender = false;
