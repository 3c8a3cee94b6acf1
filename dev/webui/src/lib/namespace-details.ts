import { translate } from '@temporalio/ui/i18n/translate';
import type { DescribeNamespaceResponse } from '@temporalio/ui/types/index';
import { fromSecondsToDaysOrHours } from '@temporalio/ui/utilities/format-time';

/** How long the namespace keeps a closed run, in words. JSON writes a duration as seconds with an "s". */
export function retentionOf({ config }: DescribeNamespaceResponse): string {
  return fromSecondsToDaysOrHours(config?.workflowExecutionRetentionTtl?.toString() ?? '');
}

/** What the server says of a namespace, in the order people look for it; what it does not say is left out. */
export function factsOf(details: DescribeNamespaceResponse): { name: string; value: string }[] {
  const { namespaceInfo, config } = details;
  return [
    { name: translate('common.description'), value: namespaceInfo?.description },
    { name: translate('namespaces.owner'), value: namespaceInfo?.ownerEmail },
    { name: 'State', value: namespaceInfo?.state?.toString() },
    { name: translate('namespaces.retention-period'), value: retentionOf(details) },
    { name: translate('namespaces.history-archival'), value: config?.historyArchivalState?.toString() },
    { name: translate('namespaces.visibility-archival'), value: config?.visibilityArchivalState?.toString() },
  ].flatMap(({ name, value }) => (value ? [{ name, value }] : []));
}
