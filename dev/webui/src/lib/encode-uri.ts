// Stands in for the package's module of this name (vite.config.ts). That one decodes ids that the router has decoded: '100%' would throw, and 'a%2Fb' become
// another id.

export const encodeURIForSvelte = <Id extends string | null | undefined>(id: Id) => (id ? encodeURIComponent(id) : id);

export const decodeURIForSvelte = <Id extends string | null | undefined>(id: Id) => id;
