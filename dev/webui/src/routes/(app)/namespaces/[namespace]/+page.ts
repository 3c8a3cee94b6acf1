import { fetchNamespace } from '@temporalio/ui/services/namespaces-service';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, parent }) => {
  const { settings } = await parent();
  return { details: await fetchNamespace(params.namespace, settings, fetch) };
};
