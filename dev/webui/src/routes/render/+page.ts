import { process, render } from '@temporalio/ui/utilities/render-markdown';
import type { PageLoad } from './$types';

/** The Markdown of summaries and details, made into HTML without images, scripts or markup of its own. */
export const load: PageLoad = async ({ url }) => ({
  html: await render(await process(url.searchParams.get('content') ?? '')),
  theme: url.searchParams.get('theme') ?? 'light',
});
