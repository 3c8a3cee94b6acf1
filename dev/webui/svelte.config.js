import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  // Vite runs PostCSS over every style anyway.
  preprocess: vitePreprocess({ style: false }),
  compilerOptions: {
    // What the package's own components could do better is not ours to read at every build.
    warningFilter: (warning) => !warning.filename?.includes('node_modules'),
  },
  kit: {
    // One page that the browser fills: whichever address is opened, the server answers with it.
    adapter: adapter({ pages: 'build/site', assets: 'build/site', fallback: 'index.html' }),
    // Texts of workflows are shown here: whatever they contain, it runs no script and loads nothing.
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self'],
        'worker-src': ['self', 'blob:'],
        // Both editors write their styles at run time.
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:'],
        'font-src': ['self', 'data:'],
        // A codec server, if somebody enters one, is elsewhere.
        'connect-src': ['self', 'http:', 'https:'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'form-action': ['none'],
      },
    },
    // Same sources, same files: dev/host keeps the output under a key of its inputs.
    version: { name: '2.38.0' },
  },
};
