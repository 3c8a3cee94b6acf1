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
    // The editor is used for Markdown alone; its workers for programming languages are most of its weight.
    alias: ['css/css', 'html/html', 'json/json', 'typescript/ts'].map((worker) => ({
      find: `monaco-editor/esm/vs/language/${worker}.worker?worker`,
      replacement: 'monaco-editor/esm/vs/editor/editor.worker?worker',
    })),
  },
  build: {
    // The size of a chunk matters little over loopback, and the report takes longer than it tells.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
  },
});
