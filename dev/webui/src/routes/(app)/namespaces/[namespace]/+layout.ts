import { fetchSearchAttributesForNamespace } from '@temporalio/ui/services/search-attributes-service';
import { allSearchAttributes } from '@temporalio/ui/stores/search-attributes';
import type { LayoutLoad } from './$types';

/** Filters and columns are made of the namespace's search attributes, so they are known before any page of it is shown. */
export const load: LayoutLoad = async ({ fetch, params }) => {
  allSearchAttributes.set(await fetchSearchAttributesForNamespace(params.namespace, fetch));
};
