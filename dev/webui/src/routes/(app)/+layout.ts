import { fetchCluster, fetchSystemInfo } from '@temporalio/ui/services/cluster-service';
import { fetchNamespaces } from '@temporalio/ui/services/namespaces-service';
import { fetchSettings } from '@temporalio/ui/services/settings-service';
import type { LayoutLoad } from './$types';

/** What every page needs to know of the server: its settings, its version and capabilities, its namespaces. */
export const load: LayoutLoad = async ({ fetch }) => {
  const settings = await fetchSettings(fetch);
  const [cluster, systemInfo] = await Promise.all([
    fetchCluster(settings, fetch),
    fetchSystemInfo(settings, fetch),
    fetchNamespaces(settings, fetch),
  ]);
  return { settings, cluster, systemInfo };
};
