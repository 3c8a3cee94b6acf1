import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  define: {
    // Empty: the pages talk to /api/v1 of the origin that served them.
    'import.meta.env.VITE_API': JSON.stringify(''),
    // Neither host name nor cookie decides whether this is the vendor's cloud: it never is.
    'import.meta.env.VITE_TEMPORAL_UI_BUILD_TARGET': JSON.stringify('local'),
  },
  resolve: {
    alias: [
      // The editor is used for Markdown alone; its workers for programming languages are most of its weight.
      ...['css/css', 'html/html', 'json/json', 'typescript/ts'].map((worker) => ({
        find: `monaco-editor/esm/vs/language/${worker}.worker?worker`,
        replacement: 'monaco-editor/esm/vs/editor/editor.worker?worker',
      })),
      // What the package imports by this name decodes ids that are decoded already.
      {
        find: /^\.{1,2}\/(.*\/)?encode-uri$/,
        replacement: fileURLToPath(new URL('src/lib/encode-uri.ts', import.meta.url)),
      },
    ],
  },
  build: {
    // The size of a chunk matters little over loopback, and the report takes longer than it tells.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
  },
});
