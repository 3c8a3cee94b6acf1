import { error, redirect } from '@sveltejs/kit';
import { fetchWorkflowForRunId } from '@temporalio/ui/services/workflow-service';
import { routeForEventHistory } from '@temporalio/ui/utilities/route-for';
import type { PageLoad } from './$types';

/** A workflow's address without a run leads to its latest run. */
export const load: PageLoad = async ({ fetch, params: { namespace, workflow } }) => {
  // The package puts the id between quotation marks of the list filter as it is.
  const quotable = workflow.replace(/["\\]/g, '\\$&');
  const { runId } = await fetchWorkflowForRunId({ namespace, workflowId: quotable }, fetch);
  if (!runId) {
    error(404, `There is no workflow '${workflow}' in namespace '${namespace}'.`);
  }
  redirect(302, routeForEventHistory({ namespace, workflow, run: runId }));
};
