import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

/** Where the product runs while the pages come from Vite. */
const server = process.env.MOMENTUM_URL ?? 'http://localhost:8070'

export default defineConfig({
  resolve: {
    alias: [
      { find: '~', replacement: fileURLToPath(new URL('./src', import.meta.url)) },
      // What it stands in for, React has had since 18.
      { find: /^use-sync-external-store\/shim$/, replacement: 'react' },
    ],
  },
  plugins: [
    react(),
    tailwindcss(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      // Registered by our own code, which asks before it reloads.
      injectRegister: false,
      manifest: false,
      injectManifest: { globPatterns: ['**/*.{js,css,html,woff2,svg,png,webmanifest}'] },
    }),
  ],
  build: {
    target: 'es2023',
    // The policy forbids `data:` fonts, and inlined icons would be downloaded with every page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The budget test reads which file needs which.
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Changes with versions of libraries only, and so stays in browsers' caches; one file packs best. Without
            // what only the settings, and workspaces that are shared, need.
            {
              name: 'vendor',
              test: /node_modules[\\/](react|react-dom|scheduler|use-sync-external-store|@tanstack|idb)[\\/](?!.*(useMutation|mutationObserver|useQueries|queriesObserver))/,
            },
            // What every page needs, in one file for the same reason.
            {
              name: 'app',
              test: /src[\\/](api|data[\\/](cache|kept|queries|use)|lib[/](?!bounds|number|wide)|outbox(?![\\/](mend|redo))|i18n[\\/](index|reader)|router|shell[\\/](shell|saving|crash|opened|install)|ui[\\/](button|focus|icon|state|toast)|charts[\\/]heat\.ts|pages[\\/]parts[\\/]heading)/,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '/v1': { target: server, changeOrigin: false } },
  },
  // What the server says too, so that what it forbids is seen early.
  preview: {
    port: 8071,
    headers: {
      'content-security-policy':
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    },
  },
  test: {
    environment: 'jsdom',
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    // A bound on hanging, not on speed: machines that test are noisy.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
