import { redirect } from '@sveltejs/kit';
import { get } from 'svelte/store';
import { lastUsedNamespace, namespaces } from '@temporalio/ui/stores/namespaces';
import { routeForWorkflows } from '@temporalio/ui/utilities/route-for';
import type { PageLoad } from './$types';

/** Opens the workflows of the namespace looked at last, if this server (still) has it. */
export const load: PageLoad = async ({ parent }) => {
  const { settings } = await parent();
  const last = get(lastUsedNamespace);
  const known = get(namespaces).some(({ namespaceInfo }) => namespaceInfo?.name === last);
  redirect(302, routeForWorkflows({ namespace: known ? last : settings.defaultNamespace }));
};
