import { translate } from '@temporalio/ui/i18n/translate';
import type { NavLinkListItem } from '@temporalio/ui/types/global';
import {
  routeForBatchOperations,
  routeForEventHistoryImport,
  routeForNamespaces,
  routeForSchedules,
  routeForWorkflows,
} from '@temporalio/ui/utilities/route-for';

/** The links of the side bar, for the namespace that is looked at. */
export function navigationFor(namespace: string): NavLinkListItem[] {
  const within = (path: string) => (url: string) => new URL(url).pathname.startsWith(path);
  const link = (href: string, icon: NavLinkListItem['icon'], label: string): NavLinkListItem => ({
    href,
    icon,
    label,
    isActive: within(href),
  });

  return [
    link(routeForWorkflows({ namespace }), 'workflow', translate('common.workflows')),
    link(routeForSchedules({ namespace }), 'schedules', translate('common.schedules')),
    link(routeForBatchOperations({ namespace }), 'batch-operation', translate('batch.nav-title')),
    {
      ...link(routeForNamespaces(), 'namespace', translate('common.namespaces')),
      // A workflow's address begins with its namespace's; only the namespace's own pages belong to this link.
      isActive: (url) => /^\/namespaces(\/[^/]+)?\/?$/.test(new URL(url).pathname),
    },
    { ...link(routeForEventHistoryImport(), 'import', translate('common.import')), divider: true },
  ];
}
