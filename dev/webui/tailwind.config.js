// By path: the package exports its theme for bundlers only, under names without the extension that Tailwind needs.
import plugin, { textStyles } from './node_modules/@temporalio/ui/dist/theme/plugin.js';
import { fontFamily } from 'tailwindcss/defaultTheme';

/** @type {import('tailwindcss').Config} */
export default {
  content: ['./src/**/*.{html,svelte,ts}', './node_modules/@temporalio/ui/dist/**/*.{svelte,js}'],
  darkMode: ['selector', '[data-theme="dark"]'],
  theme: {
    extend: {
      fontFamily: {
        sans: ['Inter Variable', ...fontFamily.sans],
        mono: ['Noto Sans Mono', ...fontFamily.mono],
      },
      zIndex: { 100: '100' },
    },
  },
  plugins: [plugin, textStyles],
};
